//! When a track's packets are heard, by the container's clock: that of the first packet of any track, be it picture.

use std::{cell::Cell, rc::Rc};

use symphonia::core::{formats::Track, packet::Packet, units::TimeBase};

use super::{flow::Shape, mp4::Edit};

/// Times between packets that are filled with silence, in milliseconds; shorter ones are rounding.
const GAP: u64 = 200;
/// A start this near to the container's is the same, in milliseconds: codecs begin with a packet of priming.
const START: i128 = 60;

/// The container's clock.
pub(super) struct Clock {
    bases: Vec<(u32, TimeBase)>,
    edits: Vec<Edit>,
    /// The earliest packet, in microseconds.
    origin: Rc<Cell<Option<i128>>>,
}

impl Clock {
    pub(super) fn new(tracks: &[Track]) -> Self {
        let bases = tracks.iter().filter_map(|track| Some((track.id, track.time_base?))).collect();
        Self { bases, edits: Vec::new(), origin: Rc::default() }
    }

    /// What an mp4 file's tables say about when tracks begin.
    pub(super) fn edit(&mut self, edits: &[Edit]) {
        self.edits = edits.to_vec();
    }

    /// Every packet passes here, also those that are not listened to.
    pub(super) fn see(&self, packet: &Packet) {
        if self.origin.get().is_some() {
            return;
        }
        let base = self.bases.iter().find(|(id, _)| *id == packet.track_id);
        self.origin.set(base.map(|(_, base)| microseconds(*base, packet.pts.get())));
    }

    /// The clock of a track.
    pub(super) fn of(&self, track: u32) -> Option<TrackClock> {
        let (_, base) = self.bases.iter().find(|(id, _)| *id == track)?;
        let edit = self.edits.iter().find(|edit| edit.track == track).copied();
        Some(TrackClock { base: *base, origin: Rc::clone(&self.origin), edit, first: None, ended: 0, before: 0 })
    }
}

/// Where a track is, by its own timestamps.
pub(super) struct TrackClock {
    base: TimeBase,
    origin: Rc<Cell<Option<i128>>>,
    edit: Option<Edit>,
    /// The first packet's time, and where the last one ended.
    first: Option<i64>,
    ended: i64,
    /// Frames heard before this track began.
    before: u64,
}

/// What a packet's time says about what stands before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    /// Frames that are missing: lost, never recorded, or before the track begins.
    pub(super) gap: u64,
    /// Frames of the track's beginning that the container says are not to be heard.
    pub(super) skip: u64,
}

impl TrackClock {
    pub(super) fn place(&mut self, packet: &Packet, shape: Shape, heard: u64) -> Place {
        let (at, length) = (packet.pts.get(), i64::try_from(packet.dur.get()).unwrap_or(i64::MAX));
        let (ended, first) = (self.ended, self.first);
        self.ended = at.saturating_add(length);
        let Some(first) = first else {
            let place = self.start(at, shape);
            (self.first, self.before) = (Some(at), heard + place.gap);
            return if heard == 0 { place } else { Place::default() };
        };
        let jump = self.frames(at.saturating_sub(ended), shape);
        if jump < shape.frames(GAP) {
            return Place::default();
        }
        let due = self.before.saturating_add(self.frames(at.saturating_sub(first), shape));
        Place { gap: due.saturating_sub(heard).min(jump), skip: 0 }
    }

    /// How long after the container's beginning the track's is, or how much of it comes before.
    fn start(&self, at: i64, shape: Shape) -> Place {
        let origin = self.origin.get().unwrap_or_default();
        let edit = self.edit.map_or(0, |edit| edit.offset_us);
        let start = microseconds(self.base, at) - origin + edit;
        let frames = |us: i128| u64::try_from(us * i128::from(shape.rate) / 1_000_000).unwrap_or(0);
        match start {
            start if start > START * 1000 => Place { gap: frames(start), skip: 0 },
            start if start < 0 && self.edit.is_some() => Place { gap: 0, skip: frames(-start) },
            _ => Place::default(),
        }
    }

    /// In frames; none for a time that is negative.
    fn frames(&self, ticks: i64, shape: Shape) -> u64 {
        let ticks = u128::from(u64::try_from(ticks).unwrap_or(0));
        let (numerator, denominator) = (u128::from(self.base.numer.get()), u128::from(self.base.denom.get()));
        u64::try_from(ticks * numerator * u128::from(shape.rate) / denominator).unwrap_or(u64::MAX)
    }
}

fn microseconds(base: TimeBase, ticks: i64) -> i128 {
    i128::from(ticks) * i128::from(base.numer.get()) * 1_000_000 / i128::from(base.denom.get())
}

//! Listening to one track, piece by piece, and what a server teaches on the way about how it wants them.

use std::ops::Range;

use hearken_domain::speech::Heard;
use http::StatusCode;

use crate::{
    cut::{is_silent, next_piece},
    error::Fault,
    segments::{PieceHeard, put_back},
    server::{Detail, Question, Server},
    track::{SECOND, Track, millis},
};

/// A piece is never made smaller than this, in samples.
pub(crate) const LEAST: u64 = 5 * SECOND;
/// Pieces for a server that tells no times, in samples: as exact as its answer then is.
const COARSE: u64 = 60 * SECOND;
/// Servers refuse what is shorter than 100 ms, and nobody says anything in it.
const TOO_SHORT: u64 = SECOND / 10;

/// A track that is being listened to.
pub(crate) struct Hearing<'a> {
    pub(crate) server: &'a Server,
    pub(crate) track: Track,
    /// What the server is told.
    pub(crate) language: Option<&'static str>,
    /// The most samples in a piece; at least [`LEAST`].
    pub(crate) limit: u64,
}

impl Hearing<'_> {
    /// Listens to all of it.
    pub(crate) async fn whole(mut self) -> Result<Heard, Fault> {
        let mut heard = Heard::default();
        let mut detail = Detail::Words;
        let mut from = 0;
        while from < self.track.samples() {
            let Next { piece, is_silent } = self.next(from).await?;
            if is_silent || piece.end - piece.start < TOO_SHORT {
                from = piece.end;
                continue;
            }
            match self.ask(&piece, detail).await {
                Ok(answer) if !answer.is_timed && self.limit > COARSE && piece.end - piece.start > COARSE => {
                    tracing::info!("the speech server tells no times: it gets pieces of a minute");
                    self.limit = COARSE;
                }
                Ok(answer) => {
                    from = piece.end;
                    heard.language = heard.language.or(answer.language);
                    heard.segments.extend(answer.segments);
                }
                Err(fault) => detail = self.give_way(fault, &piece, detail)?,
            }
        }
        Ok(heard)
    }

    async fn next(&self, from: u64) -> Result<Next, Fault> {
        let (track, limit) = (self.track.clone(), self.limit);
        blocking(move || {
            let piece = next_piece(&track, from, limit)?;
            Ok(Next { is_silent: is_silent(&track, piece.clone())?, piece })
        })
        .await
    }

    async fn ask(&self, piece: &Range<u64>, detail: Detail) -> Result<PieceHeard, Fault> {
        let question = Question { track: &self.track, piece: piece.clone(), language: self.language, detail };
        let answer = self.server.ask(question).await?;
        Ok(put_back(answer, &(millis(piece.start)..millis(piece.end))))
    }

    /// Makes the next try one that the server may take: a smaller piece, or less detail.
    fn give_way(&mut self, fault: Fault, piece: &Range<u64>, detail: Detail) -> Result<Detail, Fault> {
        let Fault::Status(refusal) = &fault else { return Err(fault) };
        match refusal.status {
            StatusCode::PAYLOAD_TOO_LARGE => {
                let half = (piece.end - piece.start) / 2;
                if half < LEAST {
                    return Err(Fault::TooLarge((piece.end - piece.start) / SECOND));
                }
                tracing::info!(speech.piece_seconds = half / SECOND, "the speech server takes smaller pieces only");
                self.limit = half;
                Ok(detail)
            }
            StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY => match detail.less() {
                Some(less) => {
                    tracing::info!(speech.detail = ?less, "the speech server is asked for less detail");
                    Ok(less)
                }
                None => Err(fault),
            },
            _ => Err(fault),
        }
    }
}

/// What comes next of a track.
struct Next {
    piece: Range<u64>,
    is_silent: bool,
}

/// Runs work on a thread that may wait for the disk.
pub(crate) async fn blocking<T, F>(work: F) -> Result<T, Fault>
where
    T: Send + 'static,
    F: FnOnce() -> Result<T, Fault> + Send + 'static,
{
    match tokio::task::spawn_blocking(work).await {
        Ok(outcome) => outcome,
        Err(panicked) => Err(Fault::Reading(panicked.into())),
    }
}

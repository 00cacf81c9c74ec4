//! The body's shape, as it may have been sent: every field loosely typed.

use std::borrow::Cow;

use hearken_domain::{
    engagement::MAX_PARTICIPANTS,
    media::MediaAuth,
    timeline::{MAX_ENTRIES, MAX_SPEAKERS},
};

use crate::json::{Items, Later, Loose, Number, fields};

/// The most words of an entry: none is shorter than a character.
pub(super) const MAX_WORDS: usize = hearken_domain::timeline::MAX_ENTRY_CHARS;

const MAX_HEADERS: usize = MediaAuth::MAX_HEADERS;

type Text<'de> = Loose<Cow<'de, str>>;

fields! {
    /// The whole body.
    CreateBody<'de> {
        engagement_type = "type": Text<'de>,
        title = "title": Text<'de>,
        source_system = "source_system": Text<'de>,
        external_id = "external_id": Text<'de>,
        media_url = "media_url": Text<'de>,
        transcript_timeline = "transcript_timeline": Loose<TimelineBody<'de>>,
        run_workflows = "run_workflows": Loose<bool>,
        is_private = "is_private": Loose<bool>,
        transcript = "transcript": Text<'de>,
        start_at = "start_at": Text<'de>,
        external_url = "external_url": Text<'de>,
        participants = "participants": Loose<Items<ParticipantBody<'de>, MAX_PARTICIPANTS>>,
        description = "description": Text<'de>,
        media_auth = "media_auth": Loose<MediaAuthBody<'de>>,
        priority = "priority": Text<'de>,
    }
}

fields! {
    /// An item of `participants`.
    ParticipantBody<'de> {
        name = "name": Text<'de>,
        email = "email": Text<'de>,
        phone = "phone": Text<'de>,
        is_owner = "is_owner": Loose<bool>,
        channel = "channel": Loose<Number>,
    }
}

fields! {
    /// `transcript_timeline`.
    TimelineBody<'de> {
        speakers = "speakers": Loose<Items<SpeakerBody<'de>, MAX_SPEAKERS>>,
        entries = "entries": Loose<Items<EntryBody<'de>, MAX_ENTRIES>>,
    }
}

fields! {
    /// An item of `transcript_timeline.speakers`.
    SpeakerBody<'de> {
        name = "name": Text<'de>,
        email = "email": Text<'de>,
        phone = "phone": Text<'de>,
    }
}

fields! {
    /// An item of `transcript_timeline.entries`.
    EntryBody<'de> {
        speaker_index = "speaker_index": Loose<Number>,
        start_ms = "start_ms": Loose<Number>,
        end_ms = "end_ms": Loose<Number>,
        text = "text": Text<'de>,
        words = "words": Later<'de>,
    }
}

fields! {
    /// An item of an entry's `words`.
    WordBody<'de> {
        text = "text": Text<'de>,
        start_ms = "start_ms": Loose<Number>,
        end_ms = "end_ms": Loose<Number>,
        confidence = "confidence": Loose<Number>,
    }
}

fields! {
    /// `media_auth`.
    MediaAuthBody<'de> {
        kind = "type": Text<'de>,
        token = "token": Text<'de>,
        username = "username": Text<'de>,
        password = "password": Text<'de>,
        headers = "headers": Loose<Items<HeaderBody<'de>, MAX_HEADERS>>,
    }
}

fields! {
    /// An item of `media_auth.headers`.
    HeaderBody<'de> {
        name = "name": Text<'de>,
        value = "value": Text<'de>,
    }
}

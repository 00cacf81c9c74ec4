//! What containers and codecs are called, in the words that `ffmpeg` made common.

use symphonia::core::{
    codecs::audio::{AudioCodecId, well_known as codec},
    formats::{FormatInfo, well_known as format},
};

/// For what nobody could name.
pub(crate) const UNKNOWN: &str = "unknown";

pub(crate) fn container(info: &FormatInfo) -> &'static str {
    match info.format {
        format::FORMAT_ID_WAVE => "wav",
        format::FORMAT_ID_ISOMP4 => "mp4",
        format::FORMAT_ID_ADTS => "adts",
        _ => info.short_name,
    }
}

pub(crate) fn codec(id: AudioCodecId) -> &'static str {
    CODECS.iter().find(|(known, _)| *known == id).map_or(UNKNOWN, |(_, name)| name)
}

const CODECS: &[(AudioCodecId, &str)] = &[
    (codec::CODEC_ID_PCM_S8, "pcm_s8"),
    (codec::CODEC_ID_PCM_S16LE, "pcm_s16le"),
    (codec::CODEC_ID_PCM_S16BE, "pcm_s16be"),
    (codec::CODEC_ID_PCM_S24LE, "pcm_s24le"),
    (codec::CODEC_ID_PCM_S24BE, "pcm_s24be"),
    (codec::CODEC_ID_PCM_S32LE, "pcm_s32le"),
    (codec::CODEC_ID_PCM_S32BE, "pcm_s32be"),
    (codec::CODEC_ID_PCM_U8, "pcm_u8"),
    (codec::CODEC_ID_PCM_F32LE, "pcm_f32le"),
    (codec::CODEC_ID_PCM_F32BE, "pcm_f32be"),
    (codec::CODEC_ID_PCM_F64LE, "pcm_f64le"),
    (codec::CODEC_ID_PCM_F64BE, "pcm_f64be"),
    (codec::CODEC_ID_PCM_ALAW, "pcm_alaw"),
    (codec::CODEC_ID_PCM_MULAW, "pcm_mulaw"),
    (codec::CODEC_ID_ADPCM_G722, "adpcm_g722"),
    (codec::CODEC_ID_ADPCM_G726, "adpcm_g726"),
    (codec::CODEC_ID_ADPCM_G726LE, "adpcm_g726le"),
    (codec::CODEC_ID_ADPCM_MS, "adpcm_ms"),
    (codec::CODEC_ID_ADPCM_IMA_WAV, "adpcm_ima_wav"),
    (codec::CODEC_ID_ADPCM_IMA_QT, "adpcm_ima_qt"),
    (codec::CODEC_ID_VORBIS, "vorbis"),
    (codec::CODEC_ID_OPUS, "opus"),
    (codec::CODEC_ID_SPEEX, "speex"),
    (codec::CODEC_ID_MP1, "mp1"),
    (codec::CODEC_ID_MP2, "mp2"),
    (codec::CODEC_ID_MP3, "mp3"),
    (codec::CODEC_ID_AAC, "aac"),
    (codec::CODEC_ID_AC3, "ac3"),
    (codec::CODEC_ID_EAC3, "eac3"),
    (codec::CODEC_ID_AC4, "ac4"),
    (codec::CODEC_ID_DCA, "dts"),
    (codec::CODEC_ID_WMA, "wma"),
    (codec::CODEC_ID_FLAC, "flac"),
    (codec::CODEC_ID_WAVPACK, "wavpack"),
    (codec::CODEC_ID_ALAC, "alac"),
    (codec::CODEC_ID_TTA, "tta"),
    (codec::CODEC_ID_TRUEHD, "truehd"),
];

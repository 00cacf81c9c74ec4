//! Which tokens Whisper may say next. Its network proposes, these rules keep its times in order.
//!
//! They are OpenAI's: times come in pairs around a text, never go back, a window starts with one within its first second,
//! and where all times together are more likely than every single word, a time is said.

use crate::tokens::{Marks, TICKS};

/// The latest first time, in ticks: 1 s.
const LATEST_START: u32 = 50;

/// Takes the impossible out of the logits of the next token, after the tokens that were said since the prompt.
pub(crate) fn apply(logits: &mut [f32], said: &[u32], marks: &Marks) {
    for &token in &marks.suppressed {
        forbid(logits, token..token + 1);
    }
    let first = marks.first_timestamp;
    let last_tick = first + TICKS;
    forbid(logits, marks.no_timestamps..first);
    forbid(logits, last_tick + 1..u32::MAX);
    if said.is_empty() {
        for &token in &marks.blanks {
            forbid(logits, token..token + 1);
        }
        forbid(logits, 0..first);
        forbid(logits, first + LATEST_START + 1..u32::MAX);
        return;
    }
    let is_time = |token: u32| token >= first;
    let after_time = said.last().copied().is_some_and(is_time);
    let after_pair = after_time && (said.len() < 2 || is_time(said[said.len() - 2]));
    if after_pair {
        forbid(logits, first..u32::MAX);
    } else if after_time {
        forbid(logits, 0..marks.end);
    }
    if let Some(latest) = said.iter().copied().rev().find(|&token| is_time(token)) {
        // The second of a pair may repeat the end of a text; a text needs some time.
        let from = if after_time && !after_pair { latest } else { latest + 1 };
        forbid(logits, first..from);
    }
    if times_outweigh(logits, first) {
        forbid(logits, 0..first);
    }
}

/// Whether all times together are more likely than the likeliest other token.
fn times_outweigh(logits: &[f32], first: u32) -> bool {
    let (others, times) = logits.split_at(first as usize);
    let top = others.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let most = times.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    if most == f32::NEG_INFINITY {
        return false;
    }
    let together: f64 = times.iter().map(|&logit| f64::from(logit - most).exp()).sum();
    f64::from(most) + together.ln() > f64::from(top)
}

fn forbid(logits: &mut [f32], tokens: std::ops::Range<u32>) {
    let end = (tokens.end as usize).min(logits.len());
    let start = (tokens.start as usize).min(end);
    logits[start..end].fill(f32::NEG_INFINITY);
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORD: u32 = 3;
    const END: u32 = 10;
    const FIRST: u32 = 20;

    fn marks() -> Marks {
        Marks {
            end: END,
            no_timestamps: FIRST - 1,
            first_timestamp: FIRST,
            suppressed: vec![5, 12],
            blanks: vec![1, END],
        }
    }

    /// The tokens that may follow, where all are equally likely but these.
    fn allowed(said: &[u32], likely: &[(u32, f32)]) -> Vec<u32> {
        let mut logits = vec![0.0; (FIRST + TICKS + 5) as usize];
        for &(token, logit) in likely {
            logits[token as usize] = logit;
        }
        apply(&mut logits, said, &marks());
        (0..FIRST + TICKS + 5).filter(|&token| logits[token as usize].is_finite()).collect()
    }

    #[test]
    fn a_window_starts_with_a_time_within_its_first_second() {
        assert_eq!(allowed(&[], &[(WORD, 99.0)]), (FIRST..=FIRST + 50).collect::<Vec<_>>());
    }

    #[test]
    fn a_text_follows_the_first_time_and_times_never_go_back() {
        let after_start = allowed(&[FIRST + 7], &[]);
        assert!(after_start.contains(&WORD) && after_start.contains(&END));
        assert!(after_start.iter().all(|&token| token < FIRST), "a time after the first time");

        let after_text = allowed(&[FIRST + 7, WORD], &[(WORD, 99.0)]);
        assert!(after_text.contains(&WORD) && after_text.contains(&END));
        let times: Vec<u32> = after_text.into_iter().filter(|&token| token >= FIRST).collect();
        assert_eq!(times, (FIRST + 8..=FIRST + TICKS).collect::<Vec<_>>(), "later than the start, within 30 s");
    }

    #[test]
    fn after_the_end_of_a_text_comes_the_next_start_or_the_end_of_all() {
        let after_end = allowed(&[FIRST, WORD, FIRST + 9], &[(END, 99.0), (WORD, 99.0)]);
        assert!(!after_end.contains(&WORD));
        assert!(after_end.contains(&END));
        let times: Vec<u32> = after_end.into_iter().filter(|&token| token >= FIRST).collect();
        assert_eq!(times.first(), Some(&(FIRST + 9)), "the next may start where the last one ended");

        let after_pair = allowed(&[FIRST, WORD, FIRST + 9, FIRST + 9], &[]);
        assert!(after_pair.iter().all(|&token| token < FIRST), "a third time in a row");
    }

    #[test]
    fn a_time_is_said_where_all_times_together_are_likelier_than_every_word() {
        // 1,500 times of the same likelihood outweigh a word that is e^7.2 as likely as one of them, not one of e^7.4.
        let said = [FIRST, WORD];
        assert!(!allowed(&said, &[(WORD, 7.2)]).contains(&WORD));
        assert!(allowed(&said, &[(WORD, 7.4)]).contains(&WORD));
    }

    #[test]
    fn what_is_never_said_is_never_said() {
        for said in [&[][..], &[FIRST], &[FIRST, WORD], &[FIRST, WORD, FIRST + 2]] {
            let allowed = allowed(said, &[(WORD, 99.0), (END, 99.0)]);
            assert!(!allowed.iter().any(|token| [5, 12, FIRST - 1].contains(token) || *token > FIRST + TICKS));
        }
    }
}

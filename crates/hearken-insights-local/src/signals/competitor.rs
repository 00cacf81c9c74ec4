//! Somebody else's product: a name after words that only rivals follow. There is no list of brands.

use std::{collections::BTreeSet, sync::LazyLock};

use regex::Regex;

use crate::{
    cue::{Cues, phrase},
    people::People,
    said::Said,
    words::Word,
};

/// A name follows, with a capital letter.
static BEFORE_A_NAME: LazyLock<Regex> = LazyLock::new(|| {
    phrase(
        "(?:currently|already|still|today|now|been) (?:using|on|with)|compared? (?:to|with|against)|compare (?:it|that|this|you|them) (?:to|with|against)|\
         (?:switch|switched|switching|move|moved|moving|migrate|migrated|migrating|migration|change|changing) (?:over )?(?:to|from|away from)|\
         (?:look|looked|looking) (?:also )?at|evaluat(?:e|ed|ing)|demo (?:of|from|by|with)|trial (?:of|with)|quote from|offer from|proposal from|\
         alternatives? (?:like|such as)|(?:vendors?|tools?|providers?|competitors?) (?:like|such as)|instead of|rather than|versus|vs|considering|went with|going with|go with|\
         also (?:talking|speaking) (?:to|with)|(?:have|has|had|'ve|'s) (?:worked|been) with|(?:already|currently|still|now) (?:have|with|on|use)|pitch(?:ed)? by|\
         up against|better than|cheaper than|contract with|customers? of|(?:leave|left|leaving|drop|dropped|dropping|replace|replaced|replacing)",
    )
});

/// A name follows, however it is written.
static CALLED: LazyLock<Regex> = LazyLock::new(|| {
    phrase(
        "(?:tool|service|product|vendor|provider|supplier|competitor|platform|software|system|solution|app)(?: that's| which is)? (?:called|named)",
    )
});

/// A name stands before.
static AFTER_A_NAME: LazyLock<Regex> = LazyLock::new(|| {
    phrase(
        "(?:quoted|offered) (?:us|me)|(?:is|are|was|were) (?:a lot |much |quite a bit |slightly )?cheaper|has a better (?:price|offer)|charges? (?:us|less|half)|(?:does|can|do) (?:that|it|this) (?:too|already|as well)",
    )
});

/// No name is needed.
static GENERIC: LazyLock<Cues> = LazyLock::new(|| {
    Cues::new(&[(
        0.65,
        "(?:your|other|another|two|three|several|their) (?:competitors?|vendors?|providers?)|a competitor|a competing (?:product|offer)|competing offers?|(?:somebody|someone) else's (?:product|tool|offer)|other (?:quotes|bids|offers)|another (?:supplier|agency|firm)",
    )])
});

/// Capitalised words that are no products.
const NO_RIVALS: &[&str] = &[
    "i",
    "i'm",
    "i'll",
    "i'd",
    "i've",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "english",
    "german",
    "french",
    "spanish",
    "italian",
    "europe",
    "germany",
    "france",
    "spain",
    "america",
    "london",
    "paris",
    "berlin",
    "christmas",
    "easter",
    "q1",
    "q2",
    "q3",
    "q4",
    "gdpr",
    "api",
    "eu",
    "uk",
    "us",
    "usa",
    "ceo",
    "cto",
    "it",
    "hr",
    "rust",
    "python",
    "java",
    "excel",
    "linux",
    "windows",
    "firefox",
    "chrome",
    "ok",
    "okay",
    "god",
    "mr",
    "ms",
    "mrs",
    "dr",
];

/// The rivals that were named so far.
#[derive(Default)]
pub(crate) struct Rivals {
    names: BTreeSet<String>,
}

impl Rivals {
    /// Remembers the rivals that a sentence introduces.
    pub(crate) fn learn(&mut self, said: &Said<'_>, people: &People<'_>) {
        for name in introduced(said, people) {
            if self.names.len() < 1000 {
                self.names.insert(name);
            }
        }
    }

    /// The rival that a sentence names, as a title, and how sure that is.
    pub(crate) fn named_in(&self, said: &Said<'_>) -> Option<(Option<String>, f64)> {
        let named = said.words.iter().find(|word| self.names.contains(word.plain.as_ref()));
        if let Some(word) = named {
            return Some((Some(format!("Competitor: {}", whole(said, word))), 0.8));
        }
        GENERIC.surest(said.text()).map(|sureness| (None, sureness))
    }
}

/// The name that begins with this word: the capitalised words in a row.
fn whole(said: &Said<'_>, first: &Word<'_>) -> String {
    let mut end = first.end();
    for word in said.words.iter().filter(|word| word.at > first.at).take(3) {
        if !word.is_capital() || said.text()[end..word.at].trim() != "" || NO_RIVALS.contains(&word.plain.as_ref()) {
            break;
        }
        end = word.end();
    }
    crate::words::clipped(&said.text()[first.at..end], 100)
}

fn introduced(said: &Said<'_>, people: &People<'_>) -> Vec<String> {
    let text = said.text();
    let mut found = Vec::new();
    let mut add = |word: Option<&Word<'_>>, needs_capital: Needs| {
        let Some(word) = word else { return };
        let capital = word.is_capital() || needs_capital == Needs::Nothing;
        let plain = word.plain.as_ref();
        let long = plain.chars().count() > 2;
        if capital && long && !NO_RIVALS.contains(&plain) && !people.is_part_of_a_name(plain) {
            found.push(plain.to_owned());
        }
    };
    let after = |end: usize| said.words.iter().find(|word| word.at >= end);
    for cue in BEFORE_A_NAME.find_iter(text) {
        let next = after(cue.end()).and_then(|word| if word.plain == "the" { after(word.end()) } else { Some(word) });
        // Than alone is a weak cue; only a name right after it counts, and it must not be its possessive.
        add(
            next.filter(|word| matches!(text[cue.end()..word.at].trim(), "" | "the") && !word.plain.ends_with("'s")),
            Needs::Capital,
        );
    }
    for cue in CALLED.find_iter(text) {
        add(after(cue.end()), Needs::Nothing);
    }
    for cue in AFTER_A_NAME.find_iter(text) {
        add(said.words.iter().rfind(|word| word.end() <= cue.start()), Needs::Capital);
    }
    found
}

#[derive(PartialEq)]
enum Needs {
    Capital,
    Nothing,
}

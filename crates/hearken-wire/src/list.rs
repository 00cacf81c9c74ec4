//! A page of a list as the API shows it.

use hearken_domain::query::{Direction, Page};
use serde::Serialize;

/// The JSON of a page.
#[derive(Debug, Serialize)]
pub struct ListView<T> {
    object: &'static str,
    data: Vec<T>,
    has_more: bool,
    next_cursor: Option<String>,
}

/// What follows a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// More rows, by this cursor.
    Rows(String),
    /// Nothing so far: this cursor goes on when there is more.
    Later(String),
    /// Nothing, ever: the walk came to the oldest row.
    End,
}

impl Next {
    /// What follows a page of a walk in this direction. New rows come at the young end, so the cursor of an ascending
    /// walk is good for later also when its last page is reached.
    pub fn after<T>(page: &Page<T>, direction: Direction, cursor: impl FnOnce() -> String) -> Self {
        match direction {
            _ if page.has_more => Self::Rows(cursor()),
            Direction::Ascending => Self::Later(cursor()),
            Direction::Descending => Self::End,
        }
    }
}

/// A page's JSON.
pub fn list<T: Serialize>(data: Vec<T>, next: Next) -> ListView<T> {
    let (has_more, next_cursor) = match next {
        Next::Rows(cursor) => (true, Some(cursor)),
        Next::Later(cursor) => (false, Some(cursor)),
        Next::End => (false, None),
    };
    ListView { object: "list", data, has_more, next_cursor }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_page_has_a_null_cursor_but_in_an_ascending_walk() {
        let shown = |has_more, direction| {
            let page = Page { items: vec![1, 2], has_more };
            let next = Next::after(&page, direction, || "c".to_owned());
            String::from_utf8(crate::to_bytes(&list(page.items, next)).to_vec()).unwrap()
        };
        let expected = |rest: &str| format!(r#"{{"object":"list","data":[1,2],{rest}}}"#);
        for direction in [Direction::Ascending, Direction::Descending] {
            assert_eq!(shown(true, direction), expected(r#""has_more":true,"next_cursor":"c""#));
        }
        assert_eq!(shown(false, Direction::Descending), expected(r#""has_more":false,"next_cursor":null"#));
        assert_eq!(shown(false, Direction::Ascending), expected(r#""has_more":false,"next_cursor":"c""#));
    }
}

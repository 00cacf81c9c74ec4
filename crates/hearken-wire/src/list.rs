//! A page of a list as the API shows it.

use serde::Serialize;

/// The JSON of a page.
#[derive(Debug, Serialize)]
pub struct ListView<T> {
    object: &'static str,
    data: Vec<T>,
    has_more: bool,
    next_cursor: Option<String>,
}

/// A page's JSON; `next_cursor` is there exactly when more rows follow.
pub fn list<T: Serialize>(data: Vec<T>, next_cursor: Option<String>) -> ListView<T> {
    ListView { object: "list", data, has_more: next_cursor.is_some(), next_cursor }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_page_has_a_null_cursor() {
        assert_eq!(
            crate::to_bytes(&list(vec![1, 2], None)),
            r#"{"object":"list","data":[1,2],"has_more":false,"next_cursor":null}"#
        );
        assert_eq!(
            crate::to_bytes(&list(Vec::<u8>::new(), Some("c".to_owned()))),
            r#"{"object":"list","data":[],"has_more":true,"next_cursor":"c"}"#
        );
    }
}

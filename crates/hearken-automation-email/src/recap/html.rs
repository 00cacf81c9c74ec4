//! The recap as a page: the template beside this crate's sources, every text escaped.

use askama::Template;

use super::page::{Item, Link, Page};

#[derive(Template)]
#[template(path = "recap.html")]
struct Recap<'a> {
    page: &'a Page,
}

impl<'a> Recap<'a> {
    fn link(&self) -> Option<&'a Link> {
        self.page.link.as_ref()
    }

    fn items(&self) -> &'a [Item] {
        &self.page.action_items
    }
}

pub(crate) fn written(page: &Page) -> String {
    Recap { page }.render().expect("writing into memory does not fail, and nothing else does")
}

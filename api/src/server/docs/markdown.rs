//! Our own Markdown as HTML: the introduction and the guides.

use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd};

use super::guides;

/// Markdown as HTML. Headings have the ids that GitHub gives them. A link to the file of a guide leads to its page;
/// the text of a link to another file stands without the link, because the server does not have that file.
pub(super) fn html(text: &str) -> String {
    let events: Vec<Event<'_>> = Parser::new_ext(text, Options::ENABLE_TABLES).collect();
    let mut dropped = false;
    let mapped = events.iter().enumerate().filter_map(|(index, event)| match event.clone() {
        Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
            let dest_url = address(&dest_url).map(CowStr::from);
            dropped = dest_url.is_none();
            dest_url.map(|dest_url| Event::Start(Tag::Link { link_type, dest_url, title, id }))
        }
        Event::End(TagEnd::Link) => (!std::mem::take(&mut dropped)).then_some(Event::End(TagEnd::Link)),
        Event::Start(Tag::Heading { level, classes, attrs, .. }) => {
            let id = Some(CowStr::from(heading_id(events.get(index..).unwrap_or_default())));
            Some(Event::Start(Tag::Heading { level, id, classes, attrs }))
        }
        other => Some(other),
    });
    let mut html = String::new();
    pulldown_cmark::html::push_html(&mut html, mapped);
    html
}

/// Where a link leads on this server or elsewhere.
fn address(link: &str) -> Option<String> {
    let absolute = link.starts_with(['/', '#']) || link.contains("://");
    if absolute { Some(link.to_owned()) } else { guides::address_of_file(link) }
}

/// The id of the heading that these events begin with: its letters and digits in lower case, with hyphens for spaces.
fn heading_id(events: &[Event<'_>]) -> String {
    let within = events.iter().take_while(|event| !matches!(event, Event::End(TagEnd::Heading(_))));
    let texts = within.filter_map(|event| match event {
        Event::Text(text) | Event::Code(text) => Some(text.to_lowercase()),
        _ => None,
    });
    let named = texts.collect::<String>();
    let kept = named.chars().filter(|&letter| letter.is_alphanumeric() || matches!(letter, ' ' | '-' | '_'));
    kept.map(|letter| if letter == ' ' { '-' } else { letter }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_has_an_id() {
        assert_eq!(
            html("## 1. Log in, `refresh`"),
            "<h2 id=\"1-log-in-refresh\">1. Log in, <code>refresh</code></h2>\n"
        );
        assert_eq!(html("## 1. 登录、续期"), "<h2 id=\"1-登录续期\">1. 登录、续期</h2>\n");
    }

    #[test]
    fn a_link_leads_to_what_the_server_has() {
        assert_eq!(html("[problems](/docs/problems)"), "<p><a href=\"/docs/problems\">problems</a></p>\n");
        assert_eq!(
            html("[the readme](../README.md) and [a](#a)"),
            "<p>the readme and <a href=\"#a\">a</a></p>\n"
        );
    }
}

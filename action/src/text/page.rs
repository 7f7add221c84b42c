//! Markdown in a terminal: headings, paragraphs, lists, code. Pages of rules need no more.

use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};

use super::Terminal;
use super::escape::visible_text;
use super::layout::wrapped;
use super::style::{BOLD, DIM, GREEN, RED, paint};

/// A page as text.
pub(super) fn page(markdown: &str, terminal: &Terminal) -> String {
    let mut page =
        Page { out: String::new(), text: String::new(), strong: None, item: false, code: false, terminal };
    for event in Parser::new(markdown) {
        page.event(event);
    }
    page.out
}

struct Page<'a> {
    out: String,
    /// The paragraph that is being read.
    text: String,
    /// Where in it strong text begins.
    strong: Option<usize>,
    item: bool,
    code: bool,
    terminal: &'a Terminal,
}

impl Page<'_> {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(_) | CodeBlockKind::Indented)) => {
                self.code = true;
            }
            Event::Start(Tag::List(_)) => self.gap(),
            Event::Start(Tag::Item) => self.item = true,
            Event::Start(Tag::Strong) => self.strong = Some(self.text.len()),
            Event::End(TagEnd::Strong) => self.end_strong(),
            Event::End(TagEnd::Heading(_)) => self.heading(),
            Event::End(TagEnd::Paragraph | TagEnd::Item) => self.paragraph(),
            Event::End(TagEnd::CodeBlock) => self.block(),
            Event::Text(text) if self.code => self.text.push_str(&text),
            Event::Text(text) => self.text.push_str(&visible_text(&text)),
            Event::Code(code) => self.text.push_str(&format!("`{}`", visible_text(&code))),
            Event::SoftBreak | Event::HardBreak => self.text.push(' '),
            _ => {}
        }
    }

    fn end_strong(&mut self) {
        let Some(start) = self.strong.take() else { return };
        let words = self.text.split_off(start);
        let style = match words.as_str() {
            "Dangerous" => RED,
            "Safe" => GREEN,
            _ => BOLD,
        };
        self.text.push_str(&paint(style, words));
    }

    fn heading(&mut self) {
        let title = std::mem::take(&mut self.text);
        self.gap();
        self.out.push_str(&paint(BOLD, title));
        self.out.push('\n');
    }

    fn paragraph(&mut self) {
        let text = std::mem::take(&mut self.text);
        if text.is_empty() {
            return;
        }
        let first = if std::mem::take(&mut self.item) { "  - " } else { "" };
        if first.is_empty() {
            self.gap();
        }
        self.out.push_str(&wrapped(first, &text, self.terminal.width));
    }

    fn block(&mut self) {
        let code = std::mem::take(&mut self.text);
        self.code = false;
        self.gap();
        let bar = paint(DIM, self.terminal.pick("│", "|"));
        for line in visible_text(&code).lines() {
            self.out.push_str(format!("  {bar} {line}").trim_end());
            self.out.push('\n');
        }
    }

    fn gap(&mut self) {
        if !self.out.is_empty() {
            self.out.push('\n');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_calm() {
        let terminal = Terminal { width: 40, unicode: true };
        let text = page(
            "# a\n\nSome `code` and a few more words to wrap.\n\n```sql\nselect 1;\n```\n\n- one\n- two\n",
            &terminal,
        );
        assert_eq!(
            anstream::adapter::strip_str(&text).to_string(),
            "a\n\nSome `code` and a few more words to\nwrap.\n\n  │ select 1;\n\n  - one\n  - two\n"
        );
    }
}

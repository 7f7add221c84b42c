//! The lines of a file that something is about, with carets under it.
//!
//! Only the lines that are shown are looked at, so that a huge file or line costs nothing.

use std::ops::Range;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use lockkeeper_core::report::Places;
use lockkeeper_core::review::Location;
use lockkeeper_core::text::{Place, Span};

use super::Terminal;
use super::escape::{visible_line, visible_range};
use super::style::{BLUE, paint};

/// How many lines of a long statement are shown.
const MAX_LINES: usize = 6;

/// What the number of the line and the signs of cut lines take, in columns.
const MARGIN: usize = 16;

/// How many lines before the place are shown for the statement that it is in.
const MAX_LINES_BEFORE: usize = 3;

/// A place in a file, as `file:line:column`, which terminals make a link of.
pub(super) fn place(path: &str, place: Place) -> String {
    format!("{}:{}:{}", visible_line(path), place.line, place.column)
}

/// Points to a location and draws the lines it is on, with some lines of the `statement` before it. Only
/// points to it where the file is unknown. Ends with a line break.
pub(super) fn drawn(
    location: &Location,
    statement: Option<Span>,
    level: Level<'static>,
    places: &Places<'_>,
    terminal: &Terminal,
) -> String {
    let start = places.range(location).start;
    let Some(text) = places.text(&location.path) else { return pointed(location, places, terminal) };
    let statement = statement.map_or(start.line, |span| places.line(&location.path, span));
    let before = (start.line.saturating_sub(statement) as usize).min(MAX_LINES_BEFORE);
    let room = terminal.width.saturating_sub(MARGIN);
    let Excerpt { source, span } = excerpt(text, location.span, before, room);
    let first = (start.line as usize).saturating_sub(before);
    let gutter = (first + source.lines().count().saturating_sub(1)).to_string().len();
    let snippet =
        Snippet::source(source).line_start(first).fold(false).annotation(AnnotationKind::Primary.span(span));
    let group = Group::with_level(level).element(snippet);
    let decor = if terminal.unicode { DecorStyle::Unicode } else { DecorStyle::Ascii };
    let renderer = Renderer::styled().term_width(terminal.width).decor_style(decor);
    let lines = renderer.render(&[group]);
    // The first line only begins the gutter; the place belongs there, and it is not the excerpt's but the file's.
    let lines = lines.split_once('\n').map_or("", |(_, lines)| lines);
    let arrow = paint(BLUE, terminal.pick("╭▸", "-->"));
    let indent = if terminal.unicode { gutter + 1 } else { gutter };
    let place = place(&location.path, start);
    format!("{:indent$}{arrow} {place}\n{lines}\n", "")
}

/// Only points to a location.
pub(super) fn pointed(location: &Location, places: &Places<'_>, terminal: &Terminal) -> String {
    let place = place(&location.path, places.range(location).start);
    format!("  {} {place}\n", paint(BLUE, terminal.pick("╭▸", "-->")))
}

/// Lines with everything in them shown, and where the place went.
#[derive(Debug, PartialEq, Eq)]
struct Excerpt {
    source: String,
    span: Range<usize>,
}

/// The lines of a place and some before it, each in about as many columns.
fn excerpt(text: &str, span: Span, before: usize, room: usize) -> Excerpt {
    let start = floor(text, span.start as usize);
    let end = floor(text, span.end as usize).max(start);
    let breaks = text.get(..start).unwrap_or_default().rmatch_indices('\n');
    let first = breaks.map(|(found, _)| found + 1).nth(before).unwrap_or(0);
    let mut source = String::new();
    let mut shown: Option<Range<usize>> = None;
    let mut from = first;
    for line in text.get(first..).unwrap_or_default().split('\n').take(before + MAX_LINES) {
        let to = from + line.len();
        let inside = start.clamp(from, to) - from..end.clamp(from, to) - from;
        let (seen, place) = window(line.strip_suffix('\r').unwrap_or(line), inside, room);
        let base = source.len();
        let place = base + place.start..base + place.end;
        if to >= start {
            shown = Some(shown.map_or(place.clone(), |shown| shown.start..place.end));
        }
        source.push_str(&seen);
        source.push('\n');
        from = to + 1;
        if from > end {
            break;
        }
    }
    source.pop();
    Excerpt { source, span: shown.unwrap_or_default() }
}

/// The part of a line around a place.
fn window(line: &str, place: Range<usize>, room: usize) -> (String, Range<usize>) {
    let is_far = place.end.min(place.start + room / 2) > room;
    let before = if is_far { floor(line, place.start.saturating_sub(room / 4)) } else { 0 };
    let after = floor(line, before.saturating_add(room).min(line.len()));
    let end = place.end.min(after);
    let part = line.get(before..after).unwrap_or_default();
    let (part, place) = visible_range(part, place.start.min(after) - before..end.max(before) - before);
    let ahead = if before > 0 { "... " } else { "" };
    let behind = if after < line.len() { " ..." } else { "" };
    (format!("{ahead}{part}{behind}"), place.start + ahead.len()..place.end + ahead.len())
}

/// The nearest place at or before an offset where a character begins.
fn floor(text: &str, offset: usize) -> usize {
    let offset = offset.min(text.len());
    (0..=offset).rev().find(|offset| text.is_char_boundary(*offset)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(text: &str, start: u32, end: u32) -> (String, String) {
        let excerpt = excerpt(text, Span::new(start, end), 0, 80);
        let place = excerpt.source[excerpt.span.clone()].to_owned();
        (excerpt.source, place)
    }

    #[test]
    fn takes_the_lines_of_the_place() {
        assert_eq!(taken("a\nbc d\ne", 5, 6), ("bc d".to_owned(), "d".to_owned()));
        assert_eq!(taken("a\nb\nc", 0, 3), ("a\nb".to_owned(), "a\nb".to_owned()));
        assert_eq!(taken("a\r\nb\r\n", 0, 4), ("a\nb".to_owned(), "a\nb".to_owned()));
        let before = excerpt("a\nb\nc", Span::new(4, 5), 1, 80);
        assert_eq!((before.source.as_str(), &before.source[before.span.clone()]), ("b\nc", "c"));
        assert_eq!(taken("", 0, 0), (String::new(), String::new()));
        assert_eq!(taken("ab", 7, 9), ("ab".to_owned(), String::new()));
    }

    #[test]
    fn long_statements_and_lines_are_cut() {
        let tall = "x\n".repeat(100);
        assert_eq!(taken(&tall, 0, 200).0.lines().count(), MAX_LINES);
        let wide = format!("{}needle{}", "é".repeat(5_000), "ü".repeat(5_000));
        let (source, place) = taken(&wide, 10_000, 10_006);
        assert_eq!(place, "needle");
        assert!(source.len() < 1_000 && source.starts_with("... ") && source.ends_with(" ..."), "{source}");
    }
}

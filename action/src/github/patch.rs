//! A file's patch, as GitHub gives it: which lines can be commented on, and the file's content after it.

/// A hunk: the lines of the file after the change that it shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hunk {
    /// The first line after the change, from 1.
    pub first: u32,
    /// The last line after the change; less than the first where the hunk shows none.
    pub last: u32,
    /// The first line before the change, from 1.
    old_first: usize,
    /// The hunk's lines with their signs.
    lines: Vec<Line>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Line {
    sign: Sign,
    text: String,
    /// It ends the file, without a line break.
    open: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sign {
    Kept,
    Added,
    Removed,
}

/// Reads a patch. None where it is none, or cut off.
pub fn read(patch: &str) -> Option<Vec<Hunk>> {
    let mut hunks = Vec::new();
    let mut rest = patch.split('\n').peekable();
    while let Some(header) = rest.next() {
        if header.is_empty() && rest.peek().is_none() {
            break;
        }
        let (old_first, mut old, first, mut new) = ranges(header)?;
        let mut hunk = Hunk {
            first,
            last: (first + new).saturating_sub(1),
            old_first: old_first as usize,
            lines: Vec::new(),
        };
        while old > 0 || new > 0 {
            // A file's empty line is kept as a line with a space, which some tools take off.
            let line = rest.next()?;
            if line.starts_with('\\') {
                hunk.lines.last_mut()?.open = true;
                continue;
            }
            let (sign, text) = match line.split_at_checked(1) {
                Some(("+", text)) => (Sign::Added, text),
                Some(("-", text)) => (Sign::Removed, text),
                Some((" ", text)) => (Sign::Kept, text),
                None => (Sign::Kept, ""),
                _ => return None,
            };
            let spent = |left: &mut u32| left.checked_sub(1).map(|less| *left = less);
            if sign != Sign::Added {
                spent(&mut old)?;
            }
            if sign != Sign::Removed {
                spent(&mut new)?;
            }
            hunk.lines.push(Line { sign, text: text.to_owned(), open: false });
        }
        if rest.next_if(|line| line.starts_with('\\')).is_some() {
            hunk.lines.last_mut()?.open = true;
        }
        hunks.push(hunk);
    }
    Some(hunks)
}

/// `@@ -1,2 +3,4 @@ …`: first line and count, before and after.
fn ranges(header: &str) -> Option<(u32, u32, u32, u32)> {
    let mut parts = header.strip_prefix("@@ -")?.split(' ');
    let old = range(parts.next()?)?;
    let new = range(parts.next()?.strip_prefix('+')?)?;
    (parts.next()? == "@@").then_some((old.0, old.1, new.0, new.1))
}

fn range(text: &str) -> Option<(u32, u32)> {
    match text.split_once(',') {
        Some((first, count)) => Some((first.parse().ok()?, count.parse().ok()?)),
        None => Some((text.parse().ok()?, 1)),
    }
}

/// The content after a patch. None where it does not fit; whether the result is right, only its id can tell.
pub fn apply(before: &[u8], hunks: &[Hunk]) -> Option<Vec<u8>> {
    let old: Vec<&[u8]> = before.split_inclusive(|byte| *byte == b'\n').collect();
    let mut after = Vec::with_capacity(before.len());
    let mut at = 0;
    for hunk in hunks {
        // A hunk without old lines stands behind the line that it names.
        let takes = hunk.lines.iter().any(|line| line.sign != Sign::Added);
        let start = if takes { hunk.old_first.checked_sub(1)? } else { hunk.old_first };
        after.extend(old.get(at..start)?.concat());
        at = start;
        for line in &hunk.lines {
            match line.sign {
                Sign::Added => {
                    after.extend(line.text.as_bytes());
                    if !line.open {
                        after.push(b'\n');
                    }
                }
                Sign::Removed => at += 1,
                Sign::Kept => {
                    after.extend_from_slice(old.get(at)?);
                    at += 1;
                }
            }
        }
    }
    after.extend(old.get(at..)?.concat());
    Some(after)
}

/// Where a comment on some lines can stand: the part of them that one hunk shows, the one with most of them.
pub fn anchor(hunks: &[Hunk], first: u32, last: u32) -> Option<(u32, u32)> {
    hunks
        .iter()
        .map(|hunk| (hunk.first.max(first), hunk.last.min(last)))
        .filter(|(first, last)| first <= last)
        .max_by_key(|(first, last)| last - first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patches_of_similar_files_apply() {
        let cases: &[(&str, &str)] = &[
            ("", "a\nb\n"),
            ("a\nb\n", ""),
            ("a\nb\nc\n", "a\nx\nc\n"),
            ("a\nb", "a\nb\n"),
            ("a\r\nb\r\n", "a\r\nc\r\nb"),
            ("\n\n\n", "\n\nx\n\n"),
            ("1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n", "0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n"),
        ];
        for (before, after) in cases {
            let patch = crate::difference::hunks(before, after);
            let hunks = read(&patch).unwrap_or_else(|| panic!("{patch}"));
            let found = apply(before.as_bytes(), &hunks).unwrap_or_else(|| panic!("{patch}"));
            assert_eq!(String::from_utf8(found).unwrap(), *after, "{patch}");
        }
    }

    #[test]
    fn a_patch_that_is_cut_off_is_none() {
        let patch = "@@ -1,2 +1,3 @@\n a\n+b\n c";
        assert!(read(patch).is_some());
        for end in [0, 3, 17, 20] {
            let cut = &patch[..end];
            assert!(end == 0 || read(cut).is_none(), "{cut}");
        }
        assert!(read("@@ -1 +1 @@\n-a\n-b").is_none());
    }

    #[test]
    fn anchors_stay_in_one_hunk() {
        let hunks = read("@@ -1,1 +1,3 @@\n a\n+b\n+c\n@@ -9,1 +20,2 @@\n a\n+b").unwrap();
        assert_eq!(anchor(&hunks, 2, 3), Some((2, 3)));
        assert_eq!(anchor(&hunks, 3, 20), Some((20, 20)));
        assert_eq!(anchor(&hunks, 2, 20), Some((2, 3)));
        assert_eq!(anchor(&hunks, 4, 19), None);
    }
}

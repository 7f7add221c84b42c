//! Days of the calendar, as values. Core has no clock: what day it is comes in.

/// A day of the Gregorian calendar. Later is greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// A day by its numbers, where there is such a day.
    pub fn new(year: u16, month: u8, day: u8) -> Option<Date> {
        let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let days = match month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            _ => return None,
        };
        ((1..=days).contains(&day) && year <= 9999).then_some(Date { year, month, day })
    }

    /// Reads `2027-03-31`, and nothing else.
    pub fn parse(written: &str) -> Option<Date> {
        let mut parts = written.split('-');
        let mut number = |digits: usize| {
            let part = parts.next()?;
            let plain = part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit());
            if plain { part.parse::<u16>().ok() } else { None }
        };
        let (year, month, day) = (number(4)?, number(2)?, number(2)?);
        if parts.next().is_some() {
            return None;
        }
        Date::new(year, u8::try_from(month).ok()?, u8::try_from(day).ok()?)
    }

    /// The day, in UTC, of a number of days after 1 January 1970. None past the year 9999.
    pub fn of_unix_days(days: u64) -> Option<Date> {
        let mut left = days;
        let mut year = 1970_u16;
        loop {
            let length = if Date::new(year, 2, 29).is_some() { 366 } else { 365 };
            if left < length {
                break;
            }
            left -= length;
            year = year.checked_add(1).filter(|year| *year <= 9999)?;
        }
        (1..=12).find_map(|month| {
            let length = (28..=31).rev().find(|day| Date::new(year, month, *day).is_some())?;
            match left.checked_sub(u64::from(length)) {
                Some(rest) => {
                    left = rest;
                    None
                }
                None => Date::new(year, month, u8::try_from(left + 1).ok()?),
            }
        })
    }
}

impl std::fmt::Display for Date {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_days_that_exist() {
        for written in ["2026-11-30", "2024-02-29", "2000-02-29", "9999-12-31"] {
            assert_eq!(Date::parse(written).unwrap().to_string(), written);
        }
        for written in [
            "",
            "2026-02-29",
            "1900-02-29",
            "2026-13-01",
            "2026-00-10",
            "2026-1-1",
            "26-01-01",
            "2026-01-01-",
            "+026-01-01",
        ] {
            assert_eq!(Date::parse(written), None, "{written}");
        }
        assert!(Date::parse("2026-12-31") < Date::parse("2027-01-01"));
    }

    #[test]
    fn days_since_1970() {
        let day = |days| Date::of_unix_days(days).map(|date| date.to_string());
        assert_eq!(day(0).as_deref(), Some("1970-01-01"));
        assert_eq!(day(59).as_deref(), Some("1970-03-01"));
        assert_eq!(day(19_782).as_deref(), Some("2024-02-29"));
        assert_eq!(day(20_454).as_deref(), Some("2026-01-01"));
        assert_eq!(day(u64::MAX), None);
    }
}

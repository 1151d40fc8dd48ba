//! Times as transcripts write them.
//!
//! Milliseconds as numbers, seconds with fractions, or a clock (`00:12`, `1:02:03.450`): all become
//! milliseconds from the beginning of the call. What cannot be one is `Odd`, never a guess.

/// A time as given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Time {
    /// Not given.
    #[default]
    Absent,
    /// Milliseconds from the beginning of the call.
    Ms(u64),
    /// Given and not usable: negative, too large, not a number.
    Odd,
}

/// Beyond this a number of milliseconds is not exact in every tool.
const MOST: f64 = 9_007_199_254_740_992.0;

impl Time {
    /// From a number of milliseconds, rounded to the nearest.
    pub fn from_ms(ms: f64) -> Time {
        let ms = ms.round();
        // The range makes the conversion exact.
        if (0.0..=MOST).contains(&ms) { Time::Ms(ms as u64) } else { Time::Odd }
    }

    /// From a cell or JSON text: a number in units of `unit_ms` milliseconds, or a clock.
    pub fn parse(text: &str, unit_ms: f64) -> Time {
        let text = text.trim();
        if text.is_empty() {
            return Time::Absent;
        }
        if text.contains([':', '：']) {
            return clock(text).map_or(Time::Odd, Time::Ms);
        }
        match text.parse::<f64>() {
            Ok(number) => Time::from_ms(number * unit_ms),
            Err(_) => Time::Odd,
        }
    }
}

/// A clock `mm:ss`, `h:mm:ss`, each with up to three decimals after `.` or `,`, in milliseconds.
pub(super) fn clock(text: &str) -> Option<u64> {
    let text = text.trim().replace('：', ":").replace(',', ".");
    let (whole, decimals) = text.split_once('.').unwrap_or((&text, ""));
    let mut parts = whole.split(':').collect::<Vec<_>>();
    if !(2..=3).contains(&parts.len()) {
        return None;
    }
    if !parts.iter().all(|part| digits(part, 1..=3)) || !(decimals.is_empty() || digits(decimals, 1..=6)) {
        return None;
    }
    let seconds: u64 = parts.pop()?.parse().ok()?;
    let minutes: u64 = parts.pop()?.parse().ok()?;
    let hours: u64 = parts.pop().map_or(Some(0), |hours| hours.parse().ok())?;
    if seconds > 59 || (hours > 0 && minutes > 59) {
        return None;
    }
    let ms = decimals.bytes().chain(*b"000").take(3).fold(0, |ms, digit| ms * 10 + u64::from(digit - b'0'));
    Some(((hours * 60 + minutes) * 60 + seconds) * 1000 + ms)
}

fn digits(part: &str, length: std::ops::RangeInclusive<usize>) -> bool {
    length.contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks() {
        for (text, ms) in [
            ("00:12", 12_000),
            ("00：12.340", 12_340),
            ("75:01", 4_501_000),
            ("1:02:03.5", 3_723_500),
            ("00:00:01,25", 1_250),
        ] {
            assert_eq!(clock(text), Some(ms), "{text}");
        }
        for text in ["12", "00:61", "a:b", "1:2:3:4", "00:1x", "-1:00", ":"] {
            assert_eq!(clock(text), None, "{text}");
        }
    }

    #[test]
    fn numbers() {
        assert_eq!(Time::parse("225", 1.0), Time::Ms(225));
        assert_eq!(Time::parse(" 0.225 ", 1000.0), Time::Ms(225));
        assert_eq!(Time::parse("", 1.0), Time::Absent);
        for text in ["-1", "1e999", "NaN", "x"] {
            assert_eq!(Time::parse(text, 1.0), Time::Odd, "{text}");
        }
    }
}

//! Bootstrap intervals, seeded: the same labels give the same interval.

/// 95 % bootstrap interval of a share: how far it would move with other calls of the same kind.
///
/// `hits` says for each case whether it was right; 2,000 resamples by a fixed seed.
pub fn interval(hits: &[bool]) -> Option<(f64, f64)> {
    if hits.is_empty() {
        return None;
    }
    let mut random = SplitMix(0x7469_6E67_6875);
    let mut shares: Vec<f64> = (0..2_000)
        .map(|_| {
            let right = (0..hits.len()).filter(|_| hits[random.below(hits.len())]).count();
            right as f64 / hits.len() as f64
        })
        .collect();
    shares.sort_by(f64::total_cmp);
    Some((shares[50], shares[1_949]))
}

/// SplitMix64 (Steele, Lea and Flood 2014): enough for resampling.
struct SplitMix(u64);

impl SplitMix {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % bound as u64) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_holds_the_share_and_narrows_with_more_cases() {
        let few: Vec<bool> = (0..20).map(|case| case % 4 != 0).collect();
        let many: Vec<bool> = (0..2_000).map(|case| case % 4 != 0).collect();
        let (low, high) = interval(&few).expect("cases");
        let (tight_low, tight_high) = interval(&many).expect("cases");
        assert!(low < 0.75 && 0.75 < high);
        assert!(tight_high - tight_low < (high - low) / 5.0);
        assert_eq!(interval(&[]), None);
    }
}

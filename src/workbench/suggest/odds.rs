//! The figures of a phrase. Floating point, since nothing of it is part of a score; the same sums in the same order.

/// Percent of all counts of the compared calls that the prior weighs together.
const PRIOR_PERCENT: f64 = 10.0;

/// How often something was counted among how many things.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Share {
    pub of: f64,
    pub all: f64,
}

/// The z-score of the log-odds ratio of a phrase with an informative Dirichlet prior: how sure it is that the phrase
/// belongs more to `ours` than to `theirs`. The prior spreads a tenth of all their counts as `background` does.
pub(super) fn z_score(ours: Share, theirs: Share, background: Share) -> f64 {
    let total = (ours.all + theirs.all) * PRIOR_PERCENT / 100.0;
    let own = total * background.of / background.all.max(1.0);
    let odds = |share: Share| ((share.of + own) / (share.all + total - share.of - own).max(1.0)).ln();
    let variance = 1.0 / (ours.of + own) + 1.0 / (theirs.of + own);
    (odds(ours) - odds(theirs)) / variance.sqrt()
}

/// Pointwise mutual information of two neighbours, in bits: how much oftener they stand together than chance has it.
pub(super) fn mutual(together: u64, left: u64, right: u64, words: u64) -> f64 {
    (together as f64 * words as f64 / (left as f64 * right as f64).max(1.0)).log2()
}

/// Entropy in bits of what stands beside a phrase; the end of a run is a new neighbour every time.
pub(super) fn entropy(neighbours: impl Iterator<Item = u64>, ends: u64) -> f64 {
    let counts: Vec<u64> = neighbours.collect();
    let all = (counts.iter().sum::<u64>() + ends) as f64;
    if all == 0.0 {
        return 0.0;
    }
    let part = |count: f64| count / all * (all / count).log2();
    counts.iter().map(|&count| part(count as f64)).sum::<f64>() + ends as f64 * part(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(of: f64) -> Share {
        Share { of, all: 10_000.0 }
    }

    #[test]
    fn what_is_said_more_and_oftener_is_surer() {
        let z =
            |ours: f64, theirs: f64| z_score(share(ours), share(theirs), Share { of: ours + theirs, all: 20_000.0 });
        assert!(z(20.0, 0.0) > z(10.0, 0.0) && z(10.0, 0.0) > z(10.0, 3.0));
        assert!(z(10.0, 10.0).abs() < 1e-9 && z(0.0, 10.0) < -1.0);
        assert!((z(5.0, 1.0) + z(1.0, 5.0)).abs() < 1e-9, "the same the other way round");
        // By hand: prior 2000 · 12/20000 = 1.2; (11.2 / 11988.8) / (3.2 / 11996.8), variance 1/11.2 + 1/3.2.
        let by_hand = ((11.2_f64 / 11_988.8).ln() - (3.2_f64 / 11_996.8).ln()) / (1.0 / 11.2 + 1.0 / 3.2_f64).sqrt();
        assert!((z(10.0, 2.0) - by_hand).abs() < 1e-9);
    }

    #[test]
    fn neighbours_tell_where_a_phrase_ends() {
        assert_eq!(entropy([8].into_iter(), 0), 0.0);
        assert_eq!(entropy([4, 4].into_iter(), 0), 1.0);
        assert_eq!(entropy([].into_iter(), 4), 2.0);
        assert_eq!(entropy([].into_iter(), 0), 0.0);
        assert_eq!(mutual(10, 10, 10, 1_000), (100.0_f64).log2());
    }
}

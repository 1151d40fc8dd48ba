//! Which of the counted phrases are worth a look.

use super::count::{Counted, Counts};
use super::odds::{Share, entropy, mutual, z_score};
use crate::lexicon::ScamType;
use crate::lint::TOO_BROAD_PERCENT;

/// From where on a phrase is suggested.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Thresholds {
    /// Confirmed calls that hold it outside of terms.
    pub calls: usize,
    /// z-score of the log-odds.
    pub z: f64,
    /// Mutual information at the weakest seam, in bits.
    pub cohesion: f64,
    /// Entropy of the neighbours on the poorer side, in bits.
    pub variety: f64,
}

impl Default for Thresholds {
    fn default() -> Self {
        Thresholds { calls: 3, z: 1.5, cohesion: 2.0, variety: 1.0 }
    }
}

/// Of the script's confirmed calls, percent from which on a phrase is taken to give it away.
const OF_ONE_SCRIPT: u64 = 70;

/// Percent of calls that two phrases must share to be one.
const SHARED: usize = 70;

/// A phrase that confirmed calls say more than ordinary ones and no term knows.
#[derive(Debug, Clone, PartialEq)]
pub struct Suggestion {
    /// The phrase, as a term may be written.
    pub phrase: String,
    /// Confirmed calls that hold it outside of terms, of how many.
    pub confirmed: (usize, u64),
    /// Ordinary calls that do, of how many.
    pub ordinary: (u64, u64),
    /// z-score of the log-odds.
    pub z: f64,
    /// Mutual information at the weakest seam, in bits; `None` for one word.
    pub cohesion: Option<f64>,
    /// Entropy of what stands before and after, in bits.
    pub variety: (f64, f64),
    /// The script that it gives away: that of most confirmed calls.
    pub scam_type: Option<ScamType>,
    /// The stage of the terms beside it, where there are any: a guess.
    pub kind: Option<&'static str>,
    /// Shorter and longer phrases that it stands for.
    pub merged: Vec<String>,
    /// Masked sentences around it, from confirmed calls, at most three.
    pub contexts: Vec<String>,
    /// The calls, to compare.
    calls: Vec<u32>,
}

impl Counts {
    /// The phrases worth a look, the surest first.
    pub fn suggestions(&self, thresholds: &Thresholds) -> Vec<Suggestion> {
        let mut found: Vec<Suggestion> = self
            .phrases
            .iter()
            .filter(|counted| is_worded(counted) && counted.confirmed.len() >= thresholds.calls)
            .map(|counted| self.figures(counted))
            .filter(|found| {
                found.z >= thresholds.z
                    && is_telling(found)
                    && found.cohesion.is_none_or(|cohesion| cohesion >= thresholds.cohesion)
                    && found.variety.0.min(found.variety.1) >= thresholds.variety
            })
            .collect();
        found.sort_by(|a, b| b.z.total_cmp(&a.z).then_with(|| a.phrase.cmp(&b.phrase)));
        merge(found)
    }

    fn figures(&self, counted: &Counted) -> Suggestion {
        let totals = self.totals[counted.seams.len() - 1].map(|total| total as f64);
        let ours = Share { of: counted.confirmed.len() as f64, all: totals[0] };
        let theirs = Share { of: counted.ordinary as f64, all: totals[1] };
        let background = Share { of: counted.all as f64, all: totals[2] };
        let side =
            |neighbours: &std::collections::BTreeMap<String, u64>, ends| entropy(neighbours.values().copied(), ends);
        let most = |share: u64| share * 100 >= counted.confirmed.len() as u64 * OF_ONE_SCRIPT;
        Suggestion {
            phrase: counted.text.clone(),
            confirmed: (counted.confirmed.len(), self.calls[0]),
            ordinary: (counted.ordinary, self.calls[1]),
            z: z_score(ours, theirs, background),
            cohesion: self.cohesion(counted),
            variety: (side(&counted.before, counted.ends[0]), side(&counted.after, counted.ends[1])),
            scam_type: counted.scripts.iter().find(|(_, calls)| most(**calls)).map(|(script, _)| *script),
            kind: counted.kinds.iter().max_by_key(|(_, calls)| **calls).map(|(kind, _)| *kind),
            merged: Vec::new(),
            contexts: counted.contexts.clone(),
            calls: counted.confirmed.clone(),
        }
    }

    /// The mutual information at the weakest seam between words.
    fn cohesion(&self, counted: &Counted) -> Option<f64> {
        let chars: Vec<char> = counted.text.chars().collect();
        let said = |chars: &[char]| {
            let text: String = chars.iter().collect();
            self.find(&text).map_or(counted.said, |index| self.phrases[index].said)
        };
        let mut at = 0;
        let mut weakest = None;
        for seam in &counted.seams[..counted.seams.len() - 1] {
            at += seam;
            let here = mutual(counted.said, said(&chars[..at]), said(&chars[at..]), self.words);
            weakest = Some(weakest.map_or(here, |before: f64| before.min(here)));
        }
        weakest
    }
}

/// How many times the share of ordinary calls the share of confirmed calls must be: what both say gives nothing away.
const LIFT: u64 = 8;

/// From how many bits on two single characters are a word that the dictionary does not know.
const UNKNOWN_WORD: f64 = 6.0;

/// Characters that carry no content alone.
const EMPTY: &str = "的了是我你他她它们您就也都在有和跟与呢吗啊吧嘛呀哦嗯哎这那个说要给把被让叫还又再不没很太么什怎着过到去来上下一二三四五六七八九十几多点号看想讲好";

/// Words that carry none: time, address, joints of speech.
const EMPTY_WORDS: &[&str] = &[
    "今天",
    "昨天",
    "明天",
    "前天",
    "早上",
    "上午",
    "中午",
    "下午",
    "晚上",
    "刚才",
    "刚刚",
    "现在",
    "时候",
    "小时",
    "分钟",
    "自己",
    "知道",
    "可以",
    "可能",
    "已经",
    "然后",
    "可是",
    "因为",
    "所以",
    "但是",
    "就是",
    "还是",
    "那边",
    "这边",
    "里头",
    "前面",
    "后面",
    "人家",
    "银行",
    "电话",
    "东西",
    "事情",
    "有人",
    "对吧",
    "是不是",
    "有没有",
    "以后",
    "之前",
    "以前",
];

/// What no phrase begins with.
const NO_BEGIN: &str = "的了着过吗呢吧啊呀们得地和跟个";

/// What no phrase ends with: something must follow.
const NO_END: &str = "的是我你他她就在把被让叫和跟给又还也都很太个一";

/// Whether a phrase is long enough for a term, holds words that mean something, and is no half of a phrase.
fn is_worded(counted: &Counted) -> bool {
    let mut meaning = counted.text.replace("{金额}", "").replace("{数字}", "");
    let whole = !meaning.starts_with(|c| NO_BEGIN.contains(c)) && !counted.text.ends_with(|c| NO_END.contains(c));
    for word in EMPTY_WORDS {
        meaning = meaning.replace(word, "");
    }
    whole && meaning.chars().filter(|c| !EMPTY.contains(*c)).count() >= 2
}

/// Whether ordinary calls hardly hold it, and whether single characters cling together.
fn is_telling(found: &Suggestion) -> bool {
    let ((confirmed, of), (ordinary, of_ordinary)) = (found.confirmed, found.ordinary);
    ordinary * 100 <= of_ordinary * TOO_BROAD_PERCENT as u64
        && confirmed as u64 * of_ordinary >= ordinary * of * LIFT
        && (found.phrase.chars().count() > 2 || found.cohesion.is_none_or(|bits| bits >= UNKNOWN_WORD))
}

/// Puts phrases together that are in each other, or overlap, and stand in the same calls; of two the longer speaks for
/// both if it keeps most of the calls.
fn merge(found: Vec<Suggestion>) -> Vec<Suggestion> {
    let mut kept: Vec<Suggestion> = Vec::new();
    for mut next in found {
        let Some(head) = kept.iter_mut().find(|head| related(head, &next)) else {
            kept.push(next);
            continue;
        };
        let longer = next.phrase.contains(&head.phrase);
        if longer && next.calls.len() * 100 >= head.calls.len() * SHARED {
            next.merged = std::mem::take(&mut head.merged);
            let shorter = std::mem::replace(head, next);
            head.merged.push(shorter.phrase);
        } else {
            head.merged.push(next.phrase);
        }
    }
    for head in &mut kept {
        head.merged.sort();
    }
    kept
}

fn related(a: &Suggestion, b: &Suggestion) -> bool {
    if a.phrase.contains(&b.phrase) || b.phrase.contains(&a.phrase) {
        return true;
    }
    let shared = a.calls.iter().filter(|call| b.calls.binary_search(call).is_ok()).count();
    overlap(&a.phrase, &b.phrase) && shared * 100 >= a.calls.len().min(b.calls.len()) * SHARED
}

/// Whether the end of one is the beginning of the other, with two characters or more.
fn overlap(a: &str, b: &str) -> bool {
    let [a, b] = [a, b].map(|text| text.chars().collect::<Vec<char>>());
    let meets = |a: &[char], b: &[char]| (2..a.len().min(b.len())).any(|count| a[a.len() - count..] == b[..count]);
    meets(&a, &b) || meets(&b, &a)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn suggestion(phrase: &str, calls: &[u32]) -> Suggestion {
        Suggestion {
            phrase: phrase.to_owned(),
            confirmed: (calls.len(), 10),
            ordinary: (0, 10),
            z: 3.0,
            cohesion: None,
            variety: (2.0, 2.0),
            scam_type: None,
            kind: None,
            merged: Vec::new(),
            contexts: Vec::new(),
            calls: calls.to_vec(),
        }
    }

    #[test]
    fn the_longer_phrase_speaks_where_it_keeps_the_calls() {
        let found = vec![
            suggestion("会议", &[1, 2, 3, 4]),
            suggestion("视频会议", &[1, 2, 3]),
            suggestion("会议软件", &[1, 2]),
            suggestion("开视频", &[1, 2, 3]),
            suggestion("数字钱包", &[7, 8, 9]),
        ];
        let merged = merge(found);
        let shown: Vec<_> = merged.iter().map(|found| (found.phrase.as_str(), found.merged.join(" "))).collect();
        assert_eq!(shown, [("视频会议", "会议 会议软件 开视频".to_owned()), ("数字钱包", String::new())]);
    }

    #[test]
    fn words_without_content_are_no_phrase() {
        let worded = |text: &str| is_worded(&Counted { text: text.into(), ..Counted::default() });
        assert!(worded("视频会议") && worded("充值{金额}") && worded("会员"));
        for text in ["{金额}", "他让我", "转了{金额}", "今天早上", "的会议", "会议室的", "{数字}小时"]
        {
            assert!(!worded(text), "{text}");
        }
    }
}

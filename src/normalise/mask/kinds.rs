//! What masking knows of single characters: digits, what may stand between them, parts of addresses.

use std::sync::LazyLock;

use crate::normalise::address::{begins_unit, is_part_beside_digits};
use crate::normalise::{fold_char, is_han};

/// What a character that is no digit does to a number that it follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    Separator,
    Filler,
    Letter,
    Word,
}

/// What masking has to know of a character.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct KindOf(u8);

impl KindOf {
    const DIGIT: u8 = 4;
    const PART: u8 = 8;
    const UNIT: u8 = 16;

    fn find(c: char) -> KindOf {
        let class = match class(c) {
            Class::Separator => 0,
            Class::Filler => 1,
            Class::Letter => 2,
            Class::Word => 3,
        };
        let flag = |holds: bool, bit: u8| if holds { bit } else { 0 };
        let digit = digit(c);
        let part = digit || is_part_beside_digits(c);
        KindOf(class | flag(digit, Self::DIGIT) | flag(part, Self::PART) | flag(begins_unit(c), Self::UNIT))
    }

    pub fn class(self) -> Class {
        match self.0 & 3 {
            0 => Class::Separator,
            1 => Class::Filler,
            2 => Class::Letter,
            _ => Class::Word,
        }
    }

    pub fn is_digit(self) -> bool {
        self.0 & Self::DIGIT != 0
    }

    /// Whether a number of an address may hold it.
    pub fn is_part(self) -> bool {
        self.0 & Self::PART != 0
    }

    /// Whether a unit of an address begins with it.
    pub fn begins_unit(self) -> bool {
        self.0 & Self::UNIT != 0
    }
}

/// The kinds of the characters that Chinese text is made of: every character of every turn is asked for.
pub(super) struct Kinds(Vec<KindOf>);

/// Up to the end of the Han characters, and the full-width forms.
const FRONT: u32 = 0xA000;
const WIDE: u32 = 0xFF00;

pub(super) static KINDS: LazyLock<Kinds> = LazyLock::new(|| {
    let codes = (0..FRONT).chain(WIDE..0x1_0000);
    Kinds(codes.map(|code| char::from_u32(code).map_or(KindOf(0), KindOf::find)).collect())
});

impl Kinds {
    pub fn of(&self, c: char) -> KindOf {
        let code = c as u32;
        let place = if code < FRONT { code } else { code.saturating_sub(WIDE - FRONT).max(FRONT) };
        match self.0.get(place as usize) {
            Some(kind) if !(FRONT..WIDE).contains(&code) => *kind,
            _ => KindOf::find(c),
        }
    }
}

/// Whether the character is a digit, however it is written: of any script, circled, formal or as radio operators
/// say it (洞 拐 勾).
pub(in crate::normalise) fn is_digit(c: char) -> bool {
    KINDS.of(c).is_digit()
}

/// Whether a number of an address may hold the character.
pub(in crate::normalise) fn is_part(c: char) -> bool {
    KINDS.of(c).is_part()
}

pub(super) fn digit(c: char) -> bool {
    // No Han character is one by itself, and to ask takes time.
    (!is_han(c) && c.is_numeric())
        || matches!(
            fold_char(c),
            '零' | '一'
                | '二'
                | '三'
                | '四'
                | '五'
                | '六'
                | '七'
                | '八'
                | '九'
                | '壹'
                | '贰'
                | '叁'
                | '肆'
                | '伍'
                | '陆'
                | '柒'
                | '捌'
                | '玖'
                | '洞'
                | '拐'
                | '勾'
        )
}

/// What people say between the digits: 嗯, 然后, 再来四个, 后面是, 空格.
fn is_filler(folded: char) -> bool {
    matches!(
        folded,
        '嗯' | '啊'
            | '呃'
            | '哦'
            | '噢'
            | '额'
            | '诶'
            | '欸'
            | '哎'
            | '唉'
            | '呀'
            | '哈'
            | '喔'
            | '唔'
            | '吧'
            | '呢'
            | '嘛'
            | '啦'
            | '么'
            | '然'
            | '后'
            | '接'
            | '着'
            | '再'
            | '是'
            | '就'
            | '那'
            | '这'
            | '个'
            | '对'
            | '好'
            | '空'
            | '格'
            | '横'
            | '杠'
            | '减'
            | '点'
            | '的'
            | '面'
            | '来'
            | '还'
            | '有'
            | '最'
            | '跟'
            | '下'
            | '头'
            | '前'
            | '中'
            | '间'
            | '末'
            | '尾'
            | '位'
            | '段'
            | '字'
            | '数'
    )
}

/// What a character that is no digit does to a number that it follows.
pub(super) fn class(c: char) -> Class {
    match fold_char(c) {
        'a'..='z' => Class::Letter,
        // What is counted is no digit of a number: ￥500，￥800.
        '￥' | '¥' | '$' | '＄' | '%' | '％' | '‰' | '°' | '℃' => Class::Word,
        _ if digit(c) => Class::Filler,
        folded if is_filler(folded) => Class::Filler,
        folded if is_han(folded) || folded.is_alphabetic() => Class::Word,
        // Brackets, quotes and what is invisible too: (0000) 0000-0000.
        _ => Class::Separator,
    }
}

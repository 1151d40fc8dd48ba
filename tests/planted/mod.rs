//! Planted numbers: visibly false ones, in every spelling, and a night of calls that carries them.

use std::fs;
use std::io::Write;
use std::path::PathBuf;

use serde_json::{Value, json};

/// A number as it stands in a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planted {
    /// What kind it is, as the speaker says it.
    pub kind: &'static str,
    /// As it stands in the text.
    pub spelt: String,
    /// Digits and letters only, in ASCII.
    pub canon: String,
    /// The speaker gives it in two turns.
    pub split: bool,
}

/// Words of the customers that no lexicon, reason or column has.
pub const RARE: [&str; 6] = ["犀角梳", "孔雀裘", "琉璃樽", "獬豸冠", "饕餮纹", "蒹葭席"];

/// The call that holds the turns of all others.
pub const ALL: &str = "P-all";

const NUMBERS: [(&str, &str); 27] = [
    ("卡号", "6222020000000000008"),
    ("卡号", "6217000000000000019"),
    ("信用卡", "4000000000000027"),
    ("信用卡", "5200000000000035"),
    ("身份证号", "11010500000000004X"),
    ("身份证号", "110105190001010052"),
    ("证件", "44010000000000006X"),
    ("手机号", "13800000071"),
    ("手机号", "13900000082"),
    ("电话", "18600000093"),
    ("电话", "17000000104"),
    ("座机", "01000000115"),
    ("座机", "075500000126"),
    ("座机", "02100000137"),
    ("验证码", "970148"),
    ("验证码", "860159"),
    ("动态码", "975016"),
    ("账号", "900000000000176"),
    ("账户", "20000000000187"),
    ("护照号", "E00000198"),
    ("护照号", "EA0000209"),
    ("护照号", "C01X00T27"),
    ("家住无名路", "000231"),
    ("家住无名街", "1000242"),
    ("订单号", "2026000000000253"),
    ("保单号", "PB0000000264"),
    ("微信号", "wx00000275"),
];

/// Every number in three spellings, some of them over two turns.
pub fn planted() -> Vec<Planted> {
    let spellings = spellings();
    let mut all = Vec::new();
    for (index, (kind, number)) in NUMBERS.iter().enumerate() {
        for turn in 0..3 {
            let spell = spellings[(index * 3 + turn) % spellings.len()];
            let split = all.len() % 4 == 3;
            all.push(Planted { kind, spelt: spell(number), canon: number.to_lowercase(), split });
        }
    }
    all
}

fn spellings() -> Vec<fn(&str) -> String> {
    vec![
        |number| number.to_owned(),
        |number| grouped(number, " "),
        |number| grouped(number, "-"),
        |number| letters(number, "０１２３４５６７８９"),
        |number| letters(number, "⓪①②③④⑤⑥⑦⑧⑨"),
        |number| letters(number, "零幺二三四五六七八九"),
        |number| letters(number, "〇一两三四五六七八九"),
        |number| letters(number, "零幺俩三四五六七八九"),
        |number| grouped(&letters(number, "零幺二三四五六七八九"), "，"),
        |number| grouped(&letters(number, "零一二三四五六七八九"), "，嗯，然后"),
        |number| letters(number, "零壹贰叁肆伍陆柒捌玖"),
        |number| letters(number, "零壹貳參肆伍陸柒捌玖"),
        |number| letters(number, "洞幺两三四五六拐八勾"),
        |number| letters(number, "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗"),
        mixed,
        |number| grouped(&mixed(number), " "),
        |number| grouped(&letters(number, "０１２３４５６７８９"), "－"),
        |number| number.chars().map(|c| format!("{c}\u{200b}")).collect(),
        |number| number.chars().map(|c| format!("{c}.")).collect(),
        |number| grouped(number, "）("),
        |number| letters(number, "٠١٢٣٤٥٦٧٨٩"),
        |number| grouped(&letters(number, "零幺二三四五六七八九"), " 呃 "),
        |number| grouped(number, "\u{3000}/\u{a0}"),
    ]
}

fn letters(number: &str, digits: &str) -> String {
    let digits: Vec<char> = digits.chars().collect();
    number.chars().map(|c| c.to_digit(10).map_or(c, |digit| digits[digit as usize])).collect()
}

fn grouped(number: &str, between: &str) -> String {
    let characters: Vec<char> = number.chars().collect();
    characters.chunks(4).map(String::from_iter).collect::<Vec<_>>().join(between)
}

/// Three digits written, three spoken, and so on.
fn mixed(number: &str) -> String {
    let characters: Vec<char> = number.chars().collect();
    let part = |(index, part): (usize, &[char])| match index % 2 {
        0 => String::from_iter(part),
        _ => letters(&String::from_iter(part), "零幺二三四五六七八九"),
    };
    characters.chunks(3).enumerate().map(part).collect()
}

/// The value of a digit in any spelling that is planted.
fn digit(c: char) -> Option<char> {
    const ROWS: [&str; 10] = [
        "0０⓪零〇洞𝟎٠",
        "1１①一幺壹𝟏١",
        "2２②二两俩贰貳𝟐٢",
        "3３③三叁參𝟑٣",
        "4４④四肆𝟒٤",
        "5５⑤五伍𝟓٥",
        "6６⑥六陆陸𝟔٦",
        "7７⑦七柒拐𝟕٧",
        "8８⑧八捌𝟖٨",
        "9９⑨九玖勾𝟗٩",
    ];
    ROWS.iter().position(|row| row.contains(c)).map(|value| char::from(b'0' + value as u8))
}

/// Length from which on a number is looked for among all digits of a line, whatever stands between them.
const LONG: usize = 8;

/// The numbers that a text holds: as they were spelt, without separators, or with only the digits left.
pub fn found_in(text: &str, numbers: &[Planted]) -> Vec<Planted> {
    let mut views = vec![text.to_owned()];
    for line in text.lines() {
        let plain = line.chars().map(|c| digit(c).unwrap_or(c));
        views.push(plain.filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect());
    }
    let joined = views.join("\n");
    let digits: Vec<String> = text.lines().map(|line| line.chars().filter_map(digit).collect()).collect();
    let digits = digits.join("\n");
    let holds = |number: &&Planted| {
        let core = number.canon.trim_matches(|c: char| c.is_ascii_alphabetic());
        let bare: String = number.canon.chars().filter(char::is_ascii_digit).collect();
        let (first, second) = halves(&number.spelt);
        let half = number.split && [&first, &second].iter().any(|half| tells(half) && joined.contains(half.as_str()));
        joined.contains(&number.spelt) || joined.contains(core) || half || bare.len() >= LONG && digits.contains(&bare)
    };
    numbers.iter().filter(holds).cloned().collect()
}

/// Whether half a number tells anything: some of its digits are no zeros.
fn tells(half: &str) -> bool {
    half.chars().filter_map(digit).filter(|digit| *digit != '0').count() > 2
}

fn halves(spelt: &str) -> (String, String) {
    let characters: Vec<char> = spelt.chars().collect();
    let (first, second) = characters.split_at(characters.len() / 2);
    (first.iter().collect(), second.iter().collect())
}

/// A night in a folder, and beside it files for runs that fail.
pub struct Night {
    folder: tempfile::TempDir,
    calls: Vec<Value>,
}

impl Night {
    /// One call for every number, spread over the formats, rejects with numbers, and one call of all turns.
    pub fn with(numbers: &[Planted]) -> Night {
        let folder = tempfile::tempdir().expect("a temporary folder");
        fs::create_dir(folder.path().join("night")).expect("made");
        let calls: Vec<Value> = numbers.iter().enumerate().map(|(index, number)| call(index, number)).collect();
        let night = Night { folder, calls };
        night.write_calls();
        night.write_rejects(numbers);
        night
    }

    /// The folder with all inputs.
    pub fn folder(&self) -> PathBuf {
        self.folder.path().join("night")
    }

    /// One of the inputs: native lines of JSON.
    pub fn transcript(&self) -> PathBuf {
        self.folder().join("a.jsonl")
    }

    /// One of the inputs: plain text.
    pub fn plain_transcript(&self) -> PathBuf {
        self.folder().join("e.txt")
    }

    /// Labels for the calls that few of them fit.
    pub fn labels(&self) -> PathBuf {
        let expected = json!({"risk": "low", "scam_type": "none", "phase": "none", "distress": "high",
            "self_harm": true, "empathy": "good", "agent_warned": false, "taboo": true});
        let mut lines = String::new();
        for call in &self.calls {
            let mut call = call.clone();
            call["expected"] = expected.clone();
            lines += &(call.to_string() + "\n");
        }
        self.beside("labels.jsonl", lines.as_bytes())
    }

    /// A folder that holds nothing but a table of speech with this name.
    pub fn table_named(&self, name: &str) -> PathBuf {
        let folder = self.folder.path().join("tables");
        fs::create_dir_all(&folder).expect("made");
        let all: Vec<&Value> = self.calls.iter().collect();
        let headless: String = table(&all, ',').lines().skip(1).map(|line| line.to_owned() + "\n").collect();
        fs::write(folder.join(name), headless).expect("written");
        folder
    }

    /// A folder whose `calls.csv` has the right columns and speech in every cell.
    pub fn run_of_speech(&self) -> PathBuf {
        let folder = self.folder.path().join("speech");
        fs::create_dir_all(&folder).expect("made");
        let mut writer = csv::Writer::from_path(folder.join("calls.csv")).expect("made");
        let columns = tinghu::write::CALL_COLUMNS;
        writer.write_record(columns.iter().map(|(english, _)| english)).expect("written");
        for call in &self.calls {
            let text = call["turns"][1]["text"].as_str().expect("a text");
            let id = call["call_id"].as_str().expect("an id");
            writer
                .write_record(columns.iter().map(|(name, _)| if *name == "call_id" { id } else { text }))
                .expect("written");
        }
        writer.flush().expect("written");
        folder
    }

    /// All words of the night, unmasked.
    pub fn plain_text(&self) -> String {
        fs::read_to_string(self.folder().join("all.jsonl")).expect("readable")
    }

    fn beside(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::write(&path, bytes).expect("written");
        path
    }

    fn file(&self, name: &str, bytes: &[u8]) {
        fs::write(self.folder().join(name), bytes).expect("written");
    }

    fn write_calls(&self) {
        let share = |part: usize| -> Vec<&Value> { self.calls.iter().skip(part).step_by(8).collect() };
        self.file("a.jsonl", lines(&share(0)).as_bytes());
        self.file("b.json", serde_json::to_string_pretty(&share(1)).expect("JSON").as_bytes());
        self.file("c.csv", table(&share(2), ',').as_bytes());
        self.file("d.tsv", table(&share(3), '\t').as_bytes());
        self.file("e.txt", share(4).iter().map(|call| plain(call)).collect::<String>().as_bytes());
        for call in share(5) {
            let id = call["call_id"].as_str().expect("an id");
            let voice = |turn: &Value| json!({"text": turn["text"], "spk": turn["speaker"], "start": 0, "end": 1});
            let turns: Vec<Value> = call["turns"].as_array().expect("turns").iter().map(voice).collect();
            let said = json!({"key": id, "team": call["team"], "sentence_info": turns});
            self.file(&format!("f-{id}.json"), said.to_string().as_bytes());
        }
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        packed.write_all(lines(&share(6)).as_bytes()).expect("to memory");
        self.file("g.jsonl.gz", &packed.finish().expect("to memory"));
        self.file("h.csv", &encoding_rs::GB18030.encode(&table(&share(7), ';')).0);
        let turns: Vec<Value> =
            self.calls.iter().flat_map(|call| call["turns"].as_array().expect("turns").clone()).collect();
        self.file("all.jsonl", (json!({"call_id": ALL, "turns": turns}).to_string() + "\n").as_bytes());
    }

    fn write_rejects(&self, numbers: &[Planted]) {
        for (index, number) in numbers.iter().enumerate().step_by(3) {
            let text = format!("{}{}", number.kind, number.spelt);
            let name = |ending: &str| format!("r-{}.{ending}", letter_name(index));
            let json = json!({"call_id": "R", "turns": [{"text": text}]}).to_string();
            let bytes = match index / 3 % 12 {
                0 => format!("{json} {text}\n"),
                1 => json.trim_end_matches("]}").to_owned(),
                2 => json!({"call_id": format!("{text}\u{7}"), "turns": [{"text": text}]}).to_string(),
                3 => format!("{{\"call_id\":\"R\",\"turns\":[{{\"text\":[{}]}}]}}", json!(text)),
                4 => format!("{{\"turns\":{},\"turns\":1,\"call_id\":\"R\"}}", json!(text)),
                5 => format!("{{\"call_id\":{{{}:1}},\"turns\":[]}}", json!(text)),
                6 => format!("{{\"call_id\":\"{ALL}\",\"turns\":[{{\"text\":{}}}]}}", json!(text)),
                _ => String::new(),
            };
            match index / 3 % 12 {
                7 => self.file(&name("csv"), format!("通话编号,说话人,内容\nR,客户,{text},{text}\n").as_bytes()),
                8 => self.file(&name("csv"), format!("说话人,内容,通话编号\n客户,百万保障,{text},R\n").as_bytes()),
                9 => {
                    self.file(&name("csv"), format!("通话编号,说话人,内容\nR,客户,\"{text}\nR,客服,您好\n").as_bytes())
                }
                10 => self.file(&name("csv"), format!("客户,{text}\n客服,您好{text}\n").as_bytes()),
                11 => self.file(&name("jsonl"), &[json.as_bytes(), b"\xff\n"].concat()),
                _ => self.file(&name("jsonl"), bytes.as_bytes()),
            }
        }
    }
}

/// A name of letters only: digits would join with those of numbers.
fn letter_name(index: usize) -> String {
    let letter = |value: usize| char::from(b'a' + (value % 26) as u8);
    format!("{}{}", letter(index / 26), letter(index))
}

fn call(index: usize, number: &Planted) -> Value {
    let (kind, spelt) = (number.kind, number.spelt.as_str());
    let rare = RARE[index % RARE.len()];
    let turn = |speaker: &str, text: String| json!({"speaker": speaker, "text": text});
    let mut turns = vec![turn("agent", "您好，请问有什么可以帮您？".to_owned())];
    if number.split {
        let (first, second) = halves(spelt);
        turns.push(turn("customer", format!("{rare}客服说我开通了百万保障，{kind}{first}")));
        turns.push(turn("agent", "嗯".to_owned()));
        turns.push(turn("customer", format!("{second}，我念给他了，转到安全账户。")));
    } else {
        turns.push(turn("customer", format!("{rare}客服说我开通了百万保障，{kind}{spelt}我念给他了。")));
    }
    turns.push(turn("agent", format!("您别着急，{kind}{spelt}是吧，这个是诈骗，您千万别转账。")));
    turns.push(turn("customer", format!("急死我了，{rare}的钱没了，我不想活了。")));
    let mut call = json!({"call_id": format!("P-{}", letter_name(index)), "turns": turns});
    let digits = number.canon.chars().filter(char::is_ascii_digit).count();
    match index % 3 {
        0 => call["team"] = json!(format!("{kind}{spelt}")),
        // Shorter ones could be a staff number.
        1 if digits >= 11 => call["agent_id"] = json!(spelt),
        1 => call["agent_id"] = json!(format!("{kind}{spelt}")),
        _ => call["started_at"] = json!(spelt),
    }
    call
}

fn lines(calls: &[&Value]) -> String {
    calls.iter().map(|call| call.to_string() + "\n").collect()
}

fn field<'c>(call: &'c Value, key: &str) -> &'c str {
    call[key].as_str().unwrap_or_default()
}

fn table(calls: &[&Value], delimiter: char) -> String {
    let mut writer = csv::WriterBuilder::new().delimiter(delimiter as u8).from_writer(Vec::new());
    writer.write_record(["通话编号", "开始时间", "坐席工号", "班组", "说话人", "内容"]).expect("to memory");
    for call in calls {
        for turn in call["turns"].as_array().expect("turns") {
            let speaker = if field(turn, "speaker") == "agent" { "坐席" } else { "客户" };
            let cells = [
                field(call, "call_id"),
                field(call, "started_at"),
                field(call, "agent_id"),
                field(call, "team"),
                speaker,
                field(turn, "text"),
            ];
            writer.write_record(cells).expect("to memory");
        }
    }
    String::from_utf8(writer.into_inner().expect("to memory")).expect("UTF-8")
}

fn plain(call: &Value) -> String {
    let mut text = format!("通话编号：{}\n", field(call, "call_id"));
    for (name, key) in [("开始时间", "started_at"), ("坐席工号", "agent_id"), ("班组", "team")] {
        if call.get(key).is_some() {
            text += &format!("{name}：{}\n", field(call, key));
        }
    }
    for turn in call["turns"].as_array().expect("turns") {
        let speaker = if field(turn, "speaker") == "agent" { "客服" } else { "客户" };
        text += &format!("{speaker}：{}\n", field(turn, "text"));
    }
    text + "\n"
}

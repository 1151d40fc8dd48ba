//! What a run is told, by the command line and by the settings file: the command line wins.

use std::path::Path;

use tinghu::both;
use tinghu::pipeline::RejectLimit;
use tinghu::read::{self, Encoding};
use tinghu::said::Said;
use tinghu::settings::{FailOn, Settings};
use tinghu::write::Profile;

use super::args::ScoreArgs;
use super::shared_args::EngineArgs;
use super::terminal::{self, Level};
use super::{UsageError, usage};

/// What `score` is to do, but for inputs and folder.
pub struct Chosen {
    /// For whom the CSVs are written.
    pub profile: Profile,
    /// Whether transcript text may be quoted.
    pub quotes: bool,
    /// Whether `calls.xlsx` is made.
    pub workbook: bool,
    /// Whether `report.html` is made.
    pub report: bool,
    /// Whether the Parquet tables are made.
    pub parquet: bool,
    /// Worker threads; 0 for one per core.
    pub threads: usize,
    /// Rejects from which on nothing is published.
    pub max_rejects: RejectLimit,
    /// The risk level that is told by the exit code.
    pub fail_on: Option<FailOn>,
    /// How sources are read.
    pub reading: read::Options,
    /// No progress and no summary.
    pub quiet: bool,
}

impl Chosen {
    /// Puts the command line over the settings, and both over what the program does by itself.
    pub fn of(args: &ScoreArgs, settings: &Settings) -> anyhow::Result<Chosen> {
        let profile = args.profile.map(Profile::from).or(settings.profile).unwrap_or(Profile::Excel);
        let wanted = |switched_off: Option<bool>, setting: Option<bool>| {
            switched_off.map(|off| !off).or(setting).unwrap_or(true)
        };
        let file = |wanted: bool| wanted && profile == Profile::Excel;
        Ok(Chosen {
            profile,
            quotes: wanted(args.no_quotes, settings.quotes),
            workbook: file(wanted(args.no_workbook, settings.workbook)),
            report: file(wanted(args.no_report, settings.report)),
            parquet: args.parquet.or(settings.parquet).unwrap_or(false),
            threads: args.threads.or(settings.threads).unwrap_or(0),
            max_rejects: max_rejects(args, settings)?,
            fail_on: args.fail_on.map(FailOn::from).or(settings.fail_on),
            reading: reading(args.encoding.as_deref(), settings)?,
            quiet: args.quiet.or(settings.quiet).unwrap_or(false),
        })
    }
}

/// A limit on the command line also wins over `strict = true` in the file.
fn max_rejects(args: &ScoreArgs, settings: &Settings) -> anyhow::Result<RejectLimit> {
    if args.strict == Some(true) {
        return Ok(RejectLimit::Calls(0));
    }
    if let Some(text) = &args.max_rejects {
        let limit = text.parse().map_err(|_| {
            UsageError(both!(
                "--max-rejects {text}：写个数，或 5% 这样的比例";
                "--max-rejects {text}: a number, or a percentage like 5%"
            ))
        });
        return Ok(limit?);
    }
    if args.strict.or(settings.strict) == Some(true) {
        return Ok(RejectLimit::Calls(0));
    }
    Ok(settings.max_rejects.unwrap_or_default())
}

/// How sources are read.
pub fn reading(name: Option<&str>, settings: &Settings) -> anyhow::Result<read::Options> {
    let encoding = match name {
        None => settings.encoding,
        Some(name) => Some(Encoding::named(name).ok_or_else(|| {
            let all = Encoding::NAMES.join(" ");
            UsageError(both!("不认识的编码 {name}：可用 {all}"; "unknown encoding {name}: there are {all}"))
        })?),
    };
    Ok(read::Options { encoding, ..read::Options::default() })
}

/// The settings of the file that is named, or none; paths in it lead from where it lies. From here on messages are
/// in the language and the form that it sets, where the command line does not.
pub fn settings(args: &EngineArgs) -> anyhow::Result<Settings> {
    let Some(path) = &args.config else {
        return Ok(Settings::default());
    };
    let shown = path.display();
    let text = std::fs::read_to_string(path).map_err(|error| {
        let why = error.both();
        UsageError(both!("设置文件 {shown} 读不出来：{}", why.zh; "cannot read the settings file {shown}: {}", why.en))
    })?;
    let mut settings = Settings::parse(&text).map_err(|faults| {
        let mut faults = faults.iter().map(|fault| {
            let fault = fault.both();
            both!("设置文件 {shown} {}", fault.zh; "settings file {shown}, {}", fault.en)
        });
        let last = faults.next_back();
        for fault in faults.take(MOST_FAULTS) {
            terminal::tell(Level::Error, "settings", &fault, []);
        }
        last.map_or_else(|| usage(both!("设置文件 {shown} 有误"; "the settings file {shown} has faults")), usage)
    })?;
    let beside = path.parent().unwrap_or(Path::new(""));
    settings.lexicons = settings.lexicons.map(|folder| beside.join(folder));
    terminal::settle(settings.lang, settings.log_format);
    Ok(settings)
}

/// Faults of a settings file that are said.
const MOST_FAULTS: usize = 20;

/// The folder of lexicons: that of the command line, else that of the settings, else none.
pub fn lexicons<'a>(args: &'a EngineArgs, settings: &'a Settings) -> Option<&'a Path> {
    args.lexicons.as_deref().or(settings.lexicons.as_deref())
}

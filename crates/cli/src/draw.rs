//! `yifa draw`: draws of objects and inspectors that anyone can compute again. `docs/draw.md` is their specification.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use app::{Clock as _, SystemClock, local_instant};
use base::Diagnostic;
use clap::{Args, Subcommand};
use draw::{Bundle, Checked, Commitment, Drawn, Hash, List, PublicValue, Reveal};
use serde_json::{Value, json};

use crate::Common;
use crate::output::{self, FALLS_SHORT, Format, MACHINE, WRONG_INPUT};
use crate::tsv::{name_of, read_bytes};

const TEMPLATE: &str = "{about}\n\n用法：{usage}\n\n{all-args}";

#[derive(Args)]
pub struct DrawArgs {
    #[command(subcommand)]
    command: Option<Command>,
    /// 核验：重新计算文件里的每一步，谁都可以做
    #[arg(long, value_name = "文件")]
    check: Option<PathBuf>,
    /// 核验时用：公布时留存的公布杂凑值
    #[arg(long, value_name = "杂凑值", requires = "check")]
    published: Option<String>,
    /// 核验时用：被这一份替换的抽取文件
    #[arg(long, value_name = "文件", requires = "check")]
    previous: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Command {
    /// 一、锁定名单：核对对象、人员、比例、排除、回避，算出名单杂凑值
    #[command(help_template = TEMPLATE)]
    Lock(LockArgs),
    /// 二、作出承诺：各方自己做，产生秘密数，留着秘密文件，交出承诺
    #[command(help_template = TEMPLATE)]
    Commit(CommitArgs),
    /// 三、登记各方的承诺，算出公布杂凑值，在公共数值产生以前公布
    #[command(help_template = TEMPLATE)]
    Announce(AnnounceArgs),
    /// 四、抽取：用各方交出的秘密文件和公共数值
    #[command(help_template = TEMPLATE)]
    Run(RunArgs),
}

#[derive(Args)]
struct LockArgs {
    /// 名单，JSON，写法见 docs/draw.md；“-”为标准输入
    #[arg(value_name = "名单")]
    list: PathBuf,
    /// 写到这个文件
    #[arg(long, value_name = "文件")]
    save: PathBuf,
    /// 重抽：被替换的抽取文件
    #[arg(long, value_name = "文件", requires = "reason")]
    after: Option<PathBuf>,
    /// 重抽的理由，公开
    #[arg(long, value_name = "理由", requires = "after")]
    reason: Option<String>,
}

#[derive(Args)]
struct CommitArgs {
    /// 锁定了名单的抽取文件
    #[arg(value_name = "文件")]
    file: PathBuf,
    /// 承诺方的名称
    #[arg(long, value_name = "名称")]
    party: String,
    /// 秘密数写到这个文件，抽取以前不给任何人看
    #[arg(long, value_name = "文件")]
    secret: PathBuf,
}

#[derive(Args)]
struct AnnounceArgs {
    /// 锁定了名单的抽取文件
    #[arg(value_name = "文件")]
    file: PathBuf,
    /// 一方的承诺，至少两方
    #[arg(long, value_name = "名称=承诺", required = true)]
    commitment: Vec<String>,
    /// 写到这个文件
    #[arg(long, value_name = "文件")]
    save: PathBuf,
}

#[derive(Args)]
struct RunArgs {
    /// 公布了的抽取文件
    #[arg(value_name = "文件")]
    file: PathBuf,
    /// 一方交出的秘密文件
    #[arg(long, value_name = "文件", required = true)]
    reveal: Vec<PathBuf>,
    /// 公共数值，照来源公布的原样
    #[arg(long, value_name = "数值")]
    value: String,
    /// 公共数值产生的时间，如 2026-12-01T21:20:00+08:00
    #[arg(long, value_name = "时间")]
    known_at: String,
    /// 写到这个文件
    #[arg(long, value_name = "文件")]
    save: PathBuf,
}

pub fn run(common: &Common, args: &DrawArgs) -> ExitCode {
    let done = match (&args.command, &args.check) {
        (Some(Command::Lock(own)), None) => lock(common.format, own),
        (Some(Command::Commit(own)), None) => commit(common.format, own),
        (Some(Command::Announce(own)), None) => announce(common.format, own),
        (Some(Command::Run(own)), None) => run_draw(common.format, own),
        (None, Some(file)) => check(common.format, args, file),
        _ => {
            let message = "要写一个命令（lock、commit、announce、run），或者用 --check 写一个文件来核验";
            Err(wrong("draw_call", message, "例如：yifa draw --check 抽取结果.json"))
        }
    };
    done.unwrap_or_else(|status| status)
}

fn wrong(code: &'static str, message: impl Into<String>, help: &str) -> ExitCode {
    output::fail(&[Diagnostic::error(code, message).help(help)], WRONG_INPUT)
}

fn refused(found: Vec<Diagnostic>) -> ExitCode {
    output::fail(&found, WRONG_INPUT)
}

fn now() -> String {
    local_instant(SystemClock.now())
}

fn text(path: &Path) -> Result<String, ExitCode> {
    let bytes = read_bytes(path).map_err(|found| refused(vec![found]))?;
    String::from_utf8(bytes).map_err(|_| {
        wrong("not_utf8", format!("{}不是UTF-8编码的文字", name_of(path)), "请另存为UTF-8编码后再试。")
    })
}

/// Puts the name of the file where a finding has a place in it.
fn in_file(path: &Path) -> impl Fn(Diagnostic) -> ExitCode {
    let name = name_of(path);
    move |mut found| {
        match &mut found.place {
            Some(place) => place.file.clone_from(&name),
            None => found.message = format!("{name}：{}", found.message),
        }
        refused(vec![found])
    }
}

fn bundle<'t>(text: &'t str, path: &Path) -> Result<Bundle<'t>, ExitCode> {
    Bundle::parse(text).map_err(in_file(path))
}

/// Writes a file; a secret one is new and for its owner alone.
fn save(path: &Path, text: &str, is_secret: bool) -> Result<(), ExitCode> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true);
    if is_secret {
        options.create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    } else {
        options.create(true).truncate(true);
    }
    let written = options.open(path).and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|fault| {
        if fault.kind() == std::io::ErrorKind::AlreadyExists {
            let message = format!("文件{}已经有了，秘密文件不覆盖", path.display());
            return wrong("draw_secret_exists", message, "换一个文件名：覆盖了的秘密数再也找不回来。");
        }
        let message = format!("写不了{}：{}", path.display(), output::why(&fault));
        output::fail(&[Diagnostic::error("unwritable", message).help("核对路径、权限和磁盘空间。")], MACHINE)
    })
}

fn lock(format: Format, args: &LockArgs) -> Result<ExitCode, ExitCode> {
    let read = text(&args.list)?;
    let mut list = List::parse(&read).map_err(in_file(&args.list))?;
    if !list.locked_at.is_empty() || !list.history.is_empty() {
        let message = "名单里已经写了锁定时间或者重抽记录，这两项由程序写";
        return Err(wrong(
            "draw_list_made",
            message,
            "去掉“locked_at”和“history”；重抽的，用 --after 和 --reason。",
        ));
    }
    list.locked_at = now();
    if let (Some(path), Some(reason)) = (&args.after, &args.reason) {
        let before = text(path)?;
        let before = bundle(&before, path)?;
        sound(draw::check(&before), path)?;
        list.history = before.earlier(reason);
    }
    let made = {
        let locked = draw::lock(&list).map_err(refused)?;
        Bundle::of_locked(&locked, list.clone())
    };
    save(&args.save, &made.canonical(), false)?;
    let objects = list.objects().count();
    let (people, hash, times) = (list.inspectors.len(), &made.list_hash, list.history.len() + 1);
    match format {
        Format::Json => output::json(json!({
            "list_hash": hash, "locked_at": list.locked_at, "objects": objects, "inspectors": people,
            "strata": list.strata.len(), "times": times,
        })),
        Format::Text => {
            output::say(&format!(
                "名单已锁定：{objects}个对象，{}个分组，{people}名人员。",
                list.strata.len()
            ));
            told_history(&list);
            output::say(&format!("锁定时间：{}\n名单杂凑值：{hash}", list.locked_at));
            output::say(&format!(
                "下一步：把{}交给各方，各自运行 yifa draw commit；{}以前登记完毕并公布。",
                args.save.display(),
                list.source.not_before
            ));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// A file that does not hold cannot be gone on from.
fn sound(checked: Checked<'_>, path: &Path) -> Result<(), ExitCode> {
    if checked.faults.is_empty() {
        return Ok(());
    }
    let named = checked.faults.into_iter().map(|mut found| {
        found.message = format!("{}：{}", name_of(path), found.message);
        found
    });
    Err(refused(named.collect()))
}

fn told_history(list: &List<'_>) {
    if list.history.is_empty() {
        return;
    }
    output::say(&format!("这是第{}次抽取，以前的：", list.history.len() + 1));
    for (at, one) in (1..).zip(&list.history) {
        let reached = match (one.announcement.as_str(), one.outcome.as_str()) {
            ("", _) => "只锁定了名单",
            (_, "") => "公布了，没有结果",
            _ => "有结果",
        };
        let short = |hash: &str| hash.get(..8).unwrap_or_default().to_owned();
        output::say(&format!("  第{at}次（名单{}…，{reached}）：{}", short(&one.list), one.reason));
    }
}

fn commit(format: Format, args: &CommitArgs) -> Result<ExitCode, ExitCode> {
    let read = text(&args.file)?;
    let own = bundle(&read, &args.file)?;
    let checked = draw::check(&own);
    let hash = checked.list_hash;
    sound(checked, &args.file)?;
    if own.commitments.is_some() {
        let message = "这次抽取已经公布，不能再作承诺";
        return Err(wrong(
            "draw_commitment_late",
            message,
            "承诺要在公布以前作；要增加一方的，重新锁定名单。",
        ));
    }
    let mut nonce = Hash::default();
    if let Err(fault) = getrandom::fill(&mut nonce.0) {
        let message = format!("系统没有给出随机数：{fault}");
        return Err(output::fail(&[Diagnostic::error("no_random", message).help("稍后再试。")], MACHINE));
    }
    let made = draw::commitment(hash.unwrap_or_default(), &args.party, nonce).hex();
    let secret = json!({
        "format_version": output::FORMAT_VERSION,
        "kind": "yifa_draw_secret",
        "commitment": made,
        "list_hash": own.list_hash,
        "nonce": nonce.hex(),
        "party": args.party,
    });
    save(&args.secret, &(serde_json::to_string_pretty(&secret).unwrap_or_default() + "\n"), true)?;
    match format {
        Format::Json => {
            output::json(json!({ "party": args.party, "list_hash": own.list_hash, "commitment": made }))
        }
        Format::Text => {
            output::say(&format!("名单杂凑值：{}\n承诺：{}={made}", own.list_hash, args.party));
            output::say(&format!(
                "请把承诺交给抽取机关。{}里是秘密数：公共数值产生以前不给任何人看，产生以后交出；丢了就抽不成。",
                args.secret.display()
            ));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn announce(format: Format, args: &AnnounceArgs) -> Result<ExitCode, ExitCode> {
    let read = text(&args.file)?;
    let own = bundle(&read, &args.file)?;
    if own.commitments.is_some() {
        let message = format!("{}已经公布过", name_of(&args.file));
        return Err(wrong(
            "draw_announced",
            message,
            "公布过的不能改；有错的，用 yifa draw lock --after 重抽。",
        ));
    }
    sound(draw::check(&own), &args.file)?;
    let when = now();
    let parse = |text: &String| -> Result<Commitment, ExitCode> {
        let (party, commitment) = text.rsplit_once('=').ok_or_else(|| {
            wrong("draw_commitment", format!("“{text}”里没有等号"), "写成：--commitment 名称=承诺")
        })?;
        Ok(Commitment {
            commitment: commitment.trim().to_owned(),
            committed_at: when.clone(),
            party: party.trim().to_owned(),
        })
    };
    let commitments = args.commitment.iter().map(parse).collect::<Result<Vec<_>, _>>()?;
    let announced =
        draw::lock(&own.list).and_then(|locked| draw::commit(locked, commitments)).map_err(refused)?;
    let made = own.clone().with_announced(&announced);
    save(&args.save, &made.canonical(), false)?;
    let source = &own.list.source;
    match format {
        Format::Json => output::json(json!({
            "list_hash": own.list_hash, "commitment": announced.hash.hex(), "source": source.name,
            "not_before": source.not_before, "not_after": source.not_after,
        })),
        Format::Text => {
            output::say(&format!("请在{}以前公布下面几行，任何人都可以留存：\n", source.not_before));
            output::say(&format!("抽取：{}（{}）", own.list.title, own.list.organ));
            output::say(&format!("公布杂凑值：{}", announced.hash));
            output::say(&format!("公共数值：{}", source.name));
            output::say(&format!("产生时间：{}至{}", source.not_before, source.not_after));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// What a secret file reveals.
fn reveal(path: &Path) -> Result<Reveal, ExitCode> {
    let read = text(path)?;
    let value: Value = serde_json::from_str(&read).unwrap_or_default();
    let word = |name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
    match (word("kind").as_deref(), word("party"), word("nonce")) {
        (Some("yifa_draw_secret"), Some(party), Some(nonce)) => Ok(Reveal { nonce, party }),
        _ => {
            let message = format!("{}不是秘密文件", name_of(path));
            Err(wrong("draw_secret", message, "用这一方 yifa draw commit --secret 所写的文件。"))
        }
    }
}

fn run_draw(format: Format, args: &RunArgs) -> Result<ExitCode, ExitCode> {
    let read = text(&args.file)?;
    let own = bundle(&read, &args.file)?;
    let Some(commitments) = own.commitments.clone().filter(|_| own.outcome.is_none()) else {
        let message = format!("{}还没有公布，或者已经抽过", name_of(&args.file));
        return Err(wrong(
            "draw_not_announced",
            message,
            "先用 yifa draw announce 登记承诺；每次公布只抽一次。",
        ));
    };
    sound(draw::check(&own), &args.file)?;
    let mut reveals = args.reveal.iter().map(|path| reveal(path)).collect::<Result<Vec<_>, _>>()?;
    let place = |one: &Reveal| commitments.iter().position(|own| own.party == one.party);
    reveals.sort_by_key(|one| place(one).unwrap_or(usize::MAX));
    let value = PublicValue { known_at: args.known_at.clone(), text: args.value.clone() };
    if value.known_at > now() {
        let message = format!("公共数值产生的时间{}还没有到", value.known_at);
        return Err(wrong("draw_value_future", message, "等来源公布以后再抽，照公布的时间写。"));
    }
    let announced =
        draw::lock(&own.list).and_then(|locked| draw::commit(locked, commitments)).map_err(refused)?;
    let drawn = draw::draw(&announced, &reveals, &value).map_err(refused)?;
    print_drawn(format, &own.list, announced.hash, &drawn);
    let short: Vec<Diagnostic> = drawn.shortages.iter().map(draw::Shortage::told).collect();
    let made = own.clone().with_drawn(reveals, value, drawn);
    save(&args.save, &made.canonical(), false)?;
    if short.is_empty() { Ok(ExitCode::SUCCESS) } else { Ok(output::fail(&short, FALLS_SHORT)) }
}

fn print_drawn(format: Format, list: &List<'_>, announcement: Hash, drawn: &Drawn<'_>) {
    if format == Format::Json {
        return output::json(drawn_json(list, announcement, drawn));
    }
    output::say(&format!("{}（{}）", list.title, list.organ));
    told_history(list);
    for (own, stratum) in drawn.outcome.strata.iter().zip(&list.strata) {
        output::say(&format!(
            "{}：{}个，排除{}个，抽中{}个",
            stratum.name, own.listed, own.excluded, own.drawn
        ));
    }
    let name = |id: &str| {
        let found = list.inspectors.iter().find(|one| one.id == id);
        found.map_or(id.to_owned(), |one| format!("{}（{id}）", one.name))
    };
    for (at, one) in (1..).zip(&drawn.outcome.drawn) {
        let stratum = list.strata.iter().find(|own| own.id == one.stratum);
        let object = stratum.and_then(|own| own.objects.iter().find(|own| own.id == one.object));
        let people = one.assigned.iter().map(|own| {
            let people = own.inspectors.iter().map(|id| name(id)).collect::<Vec<_>>();
            format!("{}：{}", own.field, people.join("、"))
        });
        output::say(&format!(
            "{at}. {} {}　{}",
            one.object,
            object.map_or("", |own| &own.name),
            people.collect::<Vec<_>>().join("；")
        ));
    }
    output::say(&format!("公布杂凑值：{announcement}\n种子：{}\n结果杂凑值：{}", drawn.seed.0, drawn.hash));
}

fn drawn_json(list: &List<'_>, announcement: Hash, drawn: &Drawn<'_>) -> Value {
    let people = |own: &draw::Assigned<'_>| json!({ "field": own.field, "inspectors": own.inspectors });
    let one = |own: &draw::DrawnObject<'_>| {
        let assigned: Vec<Value> = own.assigned.iter().map(people).collect();
        json!({ "object": own.object, "stratum": own.stratum, "assigned": assigned })
    };
    let short = |own: &draw::Shortage<'_>| {
        json!({ "object": own.object, "field": own.field, "lacking": own.lacking, "held": own.held,
            "excluded": own.excluded, "lapsed": own.lapsed, "recused": own.recused, "full": own.full })
    };
    let tally = |own: &draw::Tally<'_>| json!({ "id": own.id, "listed": own.listed, "excluded": own.excluded, "drawn": own.drawn });
    json!({
        "title": list.title,
        "times": list.history.len() + 1,
        "commitment": announcement.hex(),
        "seed": drawn.seed.0.hex(),
        "outcome_hash": drawn.hash.hex(),
        "strata": drawn.outcome.strata.iter().map(tally).collect::<Vec<_>>(),
        "drawn": drawn.outcome.drawn.iter().map(one).collect::<Vec<_>>(),
        "shortages": drawn.shortages.iter().map(short).collect::<Vec<_>>(),
    })
}

fn check(format: Format, args: &DrawArgs, path: &Path) -> Result<ExitCode, ExitCode> {
    let read = text(path)?;
    let own = bundle(&read, path)?;
    let mut checked = draw::check(&own);
    let told = own.announcement_hash.as_deref().unwrap_or_default();
    if let Some(published) = args.published.as_deref().filter(|published| *published != told) {
        let short = |text: &str| text.chars().take(8).collect::<String>();
        let message = format!(
            "公布杂凑值是{}…，您留存的是{}…：这不是当时公布的那一次抽取",
            short(told),
            short(published)
        );
        let help = "请抽取机关说明；以留存的为准。";
        checked.faults.push(Diagnostic::error("draw_not_published", message).help(help));
    }
    if let Some(previous) = &args.previous {
        let before = text(previous)?;
        let before = bundle(&before, previous)?;
        checked.faults.extend(draw::follows(&before, &own).err());
    }
    let holds = checked.faults.is_empty();
    match format {
        Format::Json => print_checked_json(&own, &checked),
        Format::Text => print_checked(&own, &checked),
    }
    if holds { Ok(ExitCode::SUCCESS) } else { Ok(output::fail(&checked.faults, FALLS_SHORT)) }
}

fn print_checked_json(own: &Bundle<'_>, checked: &Checked<'_>) {
    let hex = |hash: Option<Hash>| hash.map(|hash| hash.hex());
    let mut made = match (&checked.drawn, checked.announcement_hash) {
        (Some(drawn), Some(announcement)) => drawn_json(&own.list, announcement, drawn),
        _ => json!({ "title": own.list.title, "times": own.list.history.len() + 1,
            "commitment": hex(checked.announcement_hash) }),
    };
    if let Value::Object(made) = &mut made {
        made.insert("holds".to_owned(), json!(checked.faults.is_empty()));
        made.insert("list_hash".to_owned(), json!(hex(checked.list_hash)));
        let faults: Vec<Value> = checked.faults.iter().map(output::finding).collect();
        made.insert("faults".to_owned(), json!(faults));
    }
    output::json(made);
}

fn print_checked(own: &Bundle<'_>, checked: &Checked<'_>) {
    let list = &own.list;
    output::say(&format!("{}（{}），{}锁定", list.title, list.organ, list.locked_at));
    told_history(list);
    let hashes = [("名单杂凑值", checked.list_hash), ("公布杂凑值", checked.announcement_hash)];
    for (name, hash) in hashes {
        if let Some(hash) = hash {
            output::say(&format!("{name}：{hash}"));
        }
    }
    if let Some(drawn) = &checked.drawn {
        output::say(&format!("种子：{}\n结果杂凑值：{}", drawn.seed.0, drawn.hash));
        for one in &drawn.outcome.strata {
            output::say(&format!(
                "分组{}：{}个，排除{}个，抽中{}个",
                one.id, one.listed, one.excluded, one.drawn
            ));
        }
        for one in &drawn.shortages {
            output::say(&format!("{}", one.told()));
        }
    }
    let holds = match (checked.faults.is_empty(), &checked.drawn, checked.announcement_hash) {
        (false, ..) => "核验不通过。",
        (true, Some(_), _) => "核验通过：结果由名单、各方的秘密数和公共数值算出，与文件所写的一致。",
        (true, None, Some(_)) => "核验通过：名单和承诺与公布杂凑值一致，还没有抽取。",
        (true, None, None) => "核验通过：名单与名单杂凑值一致，还没有公布。",
    };
    output::say(holds);
    if checked.drawn.is_some() && checked.faults.is_empty() {
        output::say(
            "公共数值是不是来源所公布的、公布杂凑值是不是当时公布的，请自己比对（后者可用 --published）。",
        );
    }
}

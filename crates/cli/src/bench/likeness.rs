//! One look for what is like a new dispute among a hundred thousand, beside comparing it with all of them.

use std::hint::black_box;
use std::process::ExitCode;
use std::time::Instant;

use ::likeness::{Book, Dispute, Found, Limits, Number, NumberKind, Party, Side};
use base::Diagnostic;
use calendar::Day;
use packs::Rules;

use super::lists::waited_for_processor;
use super::{BenchArgs, Row};
use crate::output::{self, MACHINE};

const QUERIES: u64 = 200;
/// The most that one query over a hundred thousand may take, in milliseconds.
const MILLIS: f64 = 50.0;

pub fn run(_: &Rules, args: &BenchArgs) -> Result<Vec<Row>, ExitCode> {
    let broken = |message: &str| output::fail(&[Diagnostic::error("bench", message)], MACHINE);
    let count = u64::try_from(args.cases()).unwrap_or(u64::MAX);
    let made: Vec<Dispute> = (0..count).filter_map(dispute).collect();
    let book = Book::of(&made);
    let asked: Vec<Dispute> = (0..QUERIES).filter_map(|at| again(at, count)).collect();
    drop(made);
    let limits = Limits::default();
    let timed = |ask: &dyn Fn(&Dispute) -> Found| {
        let (mut took, mut found) = (Vec::new(), Vec::new());
        // Once unmeasured: the allocator tidies up what building has freed.
        black_box(asked.first().map(ask));
        for one in &asked {
            let (began, waited) = (Instant::now(), waited_for_processor());
            let hits = black_box(ask(black_box(one)));
            let waited = waited_for_processor() - waited;
            took.push((began.elapsed().as_secs_f64() - waited).max(0.0) * 1000.0);
            found.push((hits.all, hits.hits));
        }
        took.sort_by(f64::total_cmp);
        (took, found)
    };
    let (by_index, found) = timed(&|one| book.find(one, &limits));
    let (by_scan, scanned) = timed(&|one| book.scan(one, &limits));
    if found != scanned {
        return Err(broken("按索引和逐件比对的结果不同"));
    }
    // Of every four, three were made out of an entry.
    let hit = found.iter().filter(|(all, _)| *all > 0).count();
    if hit * 4 < asked.len() * 3 {
        return Err(broken("重复的没有找到"));
    }
    let middle = |took: &[f64]| took.get(took.len() / 2).copied().unwrap_or(f64::NAN);
    let most = by_index.last().copied().unwrap_or(f64::NAN);
    let row = |name, value: f64, limit: f64, limit_is| Row {
        name,
        value,
        unit: "毫秒",
        limit,
        limit_is,
        ratio: value / limit,
    };
    Ok(vec![
        row("找一次相近纠纷：200次里最慢的一次", most, MILLIS, "十万件时的上限"),
        row("找一次相近纠纷：200次的中位数", middle(&by_index), middle(&by_scan), "逐件比对的中位数"),
    ])
}

/// Numbers without a source of chance, the same in every run.
struct Mixed(u64);

impl Mixed {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut made = self.0;
        made = (made ^ made >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        made = (made ^ made >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        (made ^ made >> 31) % most.max(1)
    }

    fn of<'t>(&mut self, all: &[&'t str]) -> &'t str {
        let at = self.below(u64::try_from(all.len()).unwrap_or_default());
        all.get(usize::try_from(at).unwrap_or_default()).copied().unwrap_or_default()
    }

    /// A character out of the common ones.
    fn letter(&mut self) -> char {
        let code = u32::try_from(0x4e00 + self.below(3_000)).unwrap_or_default();
        char::from_u32(code).unwrap_or('一')
    }

    fn name(&mut self) -> String {
        let surnames = "张王李赵陈杨黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程".chars();
        let at = usize::try_from(self.below(30)).unwrap_or_default();
        let mut made: String = surnames.skip(at).take(1).collect();
        made.push(self.letter());
        if self.below(3) > 0 {
            made.push(self.letter());
        }
        made
    }

    fn number(&mut self, kind: NumberKind, of: u64) -> Number {
        let mut hash = [0; 32];
        let own = self.below(of).to_le_bytes();
        hash.iter_mut().zip(own).for_each(|(byte, own)| *byte = own);
        Number { kind, hash }
    }

    fn matter(&mut self) -> String {
        let what = [
            "在工地做工三个月，工资一直没有结清，多次找负责人讨要",
            "房屋漏水，楼上住户不肯修理，天花板和家具受损",
            "宅基地边界有争议，对方砌墙占了公用的通道",
            "承包地被占用，青苗补偿款没有按约定付给",
            "借款到期以后不归还，写有借条，有证人在场",
            "道路上发生碰撞，车辆受损，医药费没有付清",
            "购买的商品有质量问题，商家不肯退货也不赔偿",
            "离婚以后抚养费没有按时支付，孩子上学有困难",
            "噪声扰民，夜间施工到很晚，影响休息",
            "物业服务不到位，电梯经常停运，收费却上涨",
        ];
        let wish = ["要求支付", "请求调解", "要求赔偿损失", "希望尽快处理", "要求恢复原状", "请求给个说法"];
        let (first, second, wish) = (self.of(&what), self.of(&what), self.of(&wish));
        let (amount, day, who) = (self.below(90_000), self.below(28) + 1, self.name());
        let own: String = (0..12).map(|_| self.letter()).collect();
        format!("{first}，涉及{amount}元。{day}日与{who}协商不成，{own}。{second}，{wish}。")
    }
}

/// An entry: two parties of whom half have a number, an organ in every fifth, three words of a place, some hundred characters.
fn dispute(at: u64) -> Option<Dispute> {
    let mut mixed = Mixed(at.wrapping_mul(0xd134_2543_de82_ef95));
    let mut person = |side| {
        let numbers =
            if mixed.below(2) == 0 { vec![mixed.number(NumberKind::Resident, 300_000)] } else { Vec::new() };
        let name = mixed.name();
        let name = if mixed.below(8) == 0 { name.chars().take(1).chain(['某']).collect() } else { name };
        Party { side, name, numbers }
    };
    let mut parties = vec![person(Side::Applicant), person(Side::Respondent)];
    if mixed.below(5) == 0
        && let Some(respondent) = parties.last_mut()
    {
        respondent.name = format!("第{}镇人民政府", mixed.below(20));
        respondent.numbers = vec![mixed.number(NumberKind::Organisation, 20)];
    }
    let town = mixed.below(20);
    Some(Dispute {
        id: at.to_string(),
        organ: format!("第{town}镇"),
        day: Day::from_number(19_000 + i32::try_from(mixed.below(1_500)).ok()?)?,
        parties,
        places: vec!["测试县".to_owned(), format!("第{town}镇"), format!("{}村", mixed.below(400))],
        matter: mixed.matter(),
    })
}

/// What is asked about: an entry as it is; with another text; with its text cut and other parties; something new.
fn again(at: u64, count: u64) -> Option<Dispute> {
    let mut one = dispute(at * 7_919 % count.max(1))?;
    let new = dispute(count + at)?;
    match at % 4 {
        0 => {}
        1 => one.matter = one.matter.chars().skip(9).collect(),
        2 => {
            one.parties = new.parties;
            one.matter = one.matter.chars().skip(5).collect();
        }
        _ => one = new,
    }
    one.id = format!("新{at}");
    Some(one)
}

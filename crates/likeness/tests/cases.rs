//! Cases that whoever registers meets, with what is told of them.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

use calendar::Day;
use likeness::{Book, Dispute, Found, Kind, Limits, Number, NumberKind, Party, Side};

const WAGES: &str = "在示例镇工地做木工三个月，包工头拖欠工资一万二千元，多次讨要不给。";
const WAGES_AGAIN: &str = "在示例镇工地做木工三个月，包工头拖欠工资12000元，多次催讨，至今不给。";
const WALL: &str = "邻居砌墙占了两家共用的排水沟，下雨时水流进院子。";

fn number(at: u8) -> Number {
    Number { kind: NumberKind::Resident, hash: [at; 32] }
}

fn party(side: Side, name: &str, numbers: &[u8]) -> Party {
    Party { side, name: name.to_owned(), numbers: numbers.iter().map(|at| number(*at)).collect() }
}

fn dispute(id: &str, day: i32, parties: [(&str, &[u8]); 2], places: &[&str], matter: &str) -> Dispute {
    let [(first, own), (second, theirs)] = parties;
    Dispute {
        id: id.to_owned(),
        organ: "示例镇人民政府".to_owned(),
        day: Day::from_number(20_000 + day).unwrap(),
        parties: vec![party(Side::Applicant, first, own), party(Side::Respondent, second, theirs)],
        places: places.iter().map(|word| (*word).to_owned()).collect(),
        matter: matter.to_owned(),
    }
}

/// Other disputes, so that words have a rarity.
fn others() -> Vec<Dispute> {
    let matters = [
        "买的化肥是假的，水稻减产，要求赔偿。",
        "客车上摔倒受伤，医药费没有付清。",
        "离婚后孩子的抚养费半年没有给。",
        "楼上漏水，天花板坏了，物业不管。",
        "承包地的界石被挪动，两家争一垄地。",
        "借款到期不还，写了借条。",
    ];
    let names = ["钱一", "孙二", "周三", "吴四", "郑五", "冯六"];
    let one = |(at, (matter, name)): (u8, (&&str, &&str))| {
        let (own, theirs) = ([100 + 2 * at], [101 + 2 * at]);
        dispute(
            &format!("其他{at}"),
            -400,
            [(name, &own[..]), ("陈某", &theirs[..])],
            &["示例县", "别处"],
            matter,
        )
    };
    (0..).zip(matters.iter().zip(&names)).map(one).collect()
}

fn find(kept: Dispute, asked: &Dispute) -> Found {
    let mut all = others();
    all.push(kept);
    let book = Book::of(&all);
    let (found, scanned) = (book.find(asked, &Limits::default()), book.scan(asked, &Limits::default()));
    assert_eq!(found.hits, scanned.hits);
    found
}

fn one(kept: Dispute, asked: &Dispute) -> (Kind, u32, String) {
    let found = find(kept, asked);
    assert_eq!((found.all, found.hits.len()), (1, 1), "{:?}", found.hits);
    (found.hits[0].kind, found.hits[0].parts.score, found.hits[0].explanation())
}

#[test]
fn the_same_entered_twice_has_the_whole_score() {
    let places = ["示例县", "示例镇"];
    let kept = dispute("甲", 0, [("张三", &[1]), ("李四", &[2])], &places, WAGES);
    let asked = Dispute { id: "乙".to_owned(), ..kept.clone() };
    let (kind, score, told) = one(kept.clone(), &asked);
    assert_eq!((kind, score), (Kind::Duplicate, 1000));
    assert_eq!(told, "同一申请人；同一被申请人；事由文字相同；同在示例县、示例镇；同一天");
    assert_eq!(find(kept.clone(), &kept).all, 0, "an entry is not like itself");
}

#[test]
fn one_applicant_with_a_near_text_is_told_with_percent_and_days() {
    let kept = dispute("甲", 0, [("张三", &[1]), ("李四", &[])], &[], WAGES);
    let mut asked = dispute("乙", 12, [("张三", &[1]), ("", &[])], &[], WAGES_AGAIN);
    asked.organ = "示例县信访局".to_owned();
    let found = find(kept, &asked);
    let hit = &found.hits[0];
    let percent = hit.parts.matter.unwrap() / 10;
    assert!((50..90).contains(&percent), "{percent}");
    assert_eq!(hit.explanation(), format!("同一申请人；事由相近（{percent}%）；相隔12天；在另一机关登记"));
}

#[test]
fn the_same_parties_are_shown_with_another_matter_long_after() {
    let kept = dispute("甲", 0, [("张三", &[1]), ("李四", &[2])], &[], WAGES);
    let asked = dispute("乙", 900, [("张三", &[1]), ("王五", &[3])], &[], WALL);
    let (kind, score, told) = one(kept.clone(), &asked);
    assert_eq!(kind, Kind::SameParties);
    assert!((400..500).contains(&score), "{score}");
    assert!(told.starts_with("同一申请人；事由不同（") && told.ends_with("%）；相隔900天"), "{told}");
    // By two whole names as well; one alone is shared by too many people.
    let named = dispute("乙", 900, [("张三", &[]), ("李四", &[])], &[], WALL);
    assert_eq!(one(kept.clone(), &named).0, Kind::SameParties);
    let single = dispute("乙", 900, [("张三", &[]), ("王五", &[])], &[], WALL);
    assert_eq!(find(kept, &single).all, 0);
}

#[test]
fn swapped_parties_are_told() {
    let kept = dispute("甲", 0, [("张三", &[1]), ("李四", &[2])], &[], WALL);
    let asked = dispute("乙", 3, [("李四", &[2]), ("张三", &[1])], &[], WALL);
    let (kind, score, told) = one(kept, &asked);
    assert_eq!((kind, score), (Kind::Duplicate, 910));
    assert_eq!(
        told,
        "双方位置互换；本件申请人与该件被申请人是同一方；本件被申请人与该件申请人是同一方；事由文字相同；相隔3天"
    );
}

#[test]
fn a_like_text_of_others_is_like_matter() {
    let kept = dispute("甲", 0, [("张三", &[1]), ("李四", &[2])], &["示例镇"], WALL);
    let asked = dispute("乙", 1, [("赵六", &[5]), ("王五", &[6])], &["示例镇"], WALL);
    let (kind, _, told) = one(kept.clone(), &asked);
    assert_eq!((kind, told.as_str()), (Kind::LikeMatter, "事由文字相同；同在示例镇；相隔1天"));
    let other = dispute("乙", 1, [("赵六", &[5]), ("王五", &[6])], &["示例镇"], WAGES);
    assert_eq!(find(kept, &other).all, 0);
}

#[test]
fn the_same_name_with_another_number_is_another_person() {
    let kept = dispute("甲", 0, [("张三", &[1]), ("李四", &[2])], &[], WALL);
    let asked = dispute("乙", 0, [("张三", &[7]), ("李四", &[8])], &[], WAGES);
    assert_eq!(find(kept.clone(), &asked).all, 0);
    // One may have two telephones.
    let phone = |at| Number { kind: NumberKind::Phone, hash: [at; 32] };
    let (mut kept, mut asked) = (kept, asked);
    for (of, first) in [(&mut kept, 40), (&mut asked, 50)] {
        (0..).zip(&mut of.parties).for_each(|(at, party)| party.numbers = vec![phone(first + at)]);
    }
    assert_eq!(one(kept, &asked).0, Kind::SameParties);
}

#[test]
fn masked_names_count_only_beside_a_like_text() {
    let kept = dispute("甲", 0, [("张某", &[]), ("李某某", &[])], &[], WAGES);
    let asked = dispute("乙", 2, [("张三", &[1]), ("李四", &[2])], &[], WAGES_AGAIN);
    let (kind, _, told) = one(kept.clone(), &asked);
    assert_eq!(kind, Kind::Duplicate);
    assert!(
        told.starts_with(
            "申请人姓名有隐去的字，显出的字相合；被申请人姓名有隐去的字，显出的字相合；事由相近（"
        )
    );
    let other = dispute("乙", 2, [("张三", &[1]), ("李四", &[2])], &[], WALL);
    assert_eq!(find(kept, &other).all, 0);
}

#[test]
fn a_party_of_very_many_entries_tells_little() {
    let kept: Vec<Dispute> = (0..40)
        .map(|at| {
            dispute(
                &format!("{at}"),
                0,
                [("", &[at]), ("示例银行", &[200])],
                &[],
                "账户被冻结，要求说明理由。",
            )
        })
        .collect();
    let book = Book::of(&kept);
    let asked = dispute("新", 0, [("", &[90]), ("示例银行", &[200])], &[], WALL);
    let limits = Limits { common_from: 39, ..Limits::default() };
    assert_eq!(book.find(&asked, &limits).all, 0);
    let found = book.find(&asked, &Limits { common_from: 40, most: 3, ..limits });
    assert_eq!((found.all, found.hits.len()), (40, 3));
    let like = dispute("新", 0, [("", &[90]), ("示例银行", &[200])], &[], "账户被冻结，要求说明理由。");
    let hit = &book.find(&like, &limits).hits[0];
    assert_eq!(hit.explanation(), "同一被申请人（很多件都有，只作参考）；事由文字相同；同一天");
}

#[test]
fn empty_texts_are_like_nothing() {
    let empty = |id: &str| dispute(id, 0, [("", &[]), ("", &[])], &[], "");
    assert_eq!(find(empty("甲"), &empty("乙")).all, 0);
    let bare = Dispute { parties: Vec::new(), ..empty("丙") };
    assert_eq!(find(empty("甲"), &bare).all, 0);
    assert!(Book::of(&[]).find(&bare, &Limits::default()).hits.is_empty());
    let kept = dispute("甲", 0, [("张三", &[1]), ("", &[])], &[], "，。");
    let asked = dispute("乙", 9, [("张三", &[1]), ("", &[])], &[], WAGES);
    assert_eq!(one(kept, &asked).2, "同一申请人；相隔9天", "of an empty text nothing is told");
}

#[test]
fn a_short_text_alone_is_not_enough() {
    let kept = dispute("甲", 0, [("张三", &[1]), ("", &[])], &[], "欠薪");
    let asked = dispute("乙", 0, [("王五", &[9]), ("", &[])], &[], "欠薪");
    assert_eq!(find(kept.clone(), &asked).all, 0);
    let same = dispute("乙", 0, [("张三", &[1]), ("", &[])], &[], "欠薪");
    assert_eq!(one(kept, &same).2, "同一申请人；事由文字相同，但是很短；同一天");
}

#[test]
fn entries_that_come_later_are_found() {
    let mut book = Book::of(&others());
    let kept = dispute("新登记", 0, [("张三", &[1]), ("李四", &[2])], &["示例镇"], WAGES);
    assert!(book.find(&kept, &Limits::default()).hits.is_empty());
    book.add(&kept);
    let asked = Dispute { id: "再来".to_owned(), ..kept };
    assert_eq!(book.find(&asked, &Limits::default()).hits[0].id, "新登记");
    assert_eq!(book.len(), others().len() + 1);
}

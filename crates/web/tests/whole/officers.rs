//! What stands beside cases: the desk, messages, registers, the plan, the library, audits, draws, what anybody may ask.

use app::{Actor, KeepAudit, NewEntry, Platform};

use super::Whole;
use super::cases::{application, form, opened};
use crate::browse::day;
use crate::gateway::work;
use crate::scene::{Scene, login_of};

const REPORT: &str = "2024年全县共受理纠纷2310件，化解2254件，化解率97.5%。\n";
const PLAN: &str = include_str!("../../../plan/tests/plans/second_county.txt");
const PDF: &[u8] = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n";

pub async fn whole(scene: &mut Scene, path: &'static str, variant: &str, who: &'static str) -> Option<Whole> {
    Some(match path {
        "/audit" => report(Whole::shown("officer", path)),
        "/audit/result" | "/audit/kept" => {
            let mut officer = scene.browser_of("officer");
            let form = officer.get("/audit").await;
            let page = officer.send(&form, "/audit", &[], &[("report", "报告.txt", REPORT.as_bytes())]).await;
            Whole::on(page, path).with(&[("form", "json"), ("name", "年度报告")])
        }
        "/audit/kept/{id}/delete" => Whole::to(&format!("/audit/kept/{}/delete", kept_audit(scene))),
        "/verify" => Whole::shown("nobody", path).file("file", "决定.pdf", PDF.to_vec()),
        "/draws/check" => {
            Whole::shown("nobody", path).file("file", "抽取.json", scene.secrets["draw"].clone().into_bytes())
        }
        "/follow" | "/follow/receipt" => {
            let (_, number, code) = application(scene);
            scene.site.with(|platform| platform.make_root().map(drop)).unwrap();
            Whole::to(path).with(&[("number", &number), ("code", &code)])
        }
        path if path.starts_with("/messages/") => return message(scene, path, variant, who),
        path if path.starts_with("/plan/") => return plan(scene, path),
        path if path.starts_with("/registers/") => register(scene, path),
        "/documents/clean-up" => {
            let campaign = opened(scene, "officer", "clean_up", "start", form(&CAMPAIGN)).0;
            Whole::to(path).with(&[("case", &campaign), ("find", "演示规定")])
        }
        "/credit" => {
            credit(scene);
            Whole::shown("head", path)
        }
        path => return own(scene, path, who),
    })
}

fn report(whole: Whole) -> Whole {
    whole.file("report", "报告.txt", REPORT.as_bytes().to_vec())
}

const CAMPAIGN: [(&str, &str); 4] =
    [("title", "演示清理"), ("what", "documents"), ("trigger", "upper_law"), ("until", "2025-03-03")];

/// What everybody keeps for themselves.
fn own(scene: &Scene, path: &str, who: &'static str) -> Option<Whole> {
    Some(match path {
        "/calendar/feed" | "/calendar/feed/revoke" => Whole::to(path),
        "/desk/views" => Whole::to(path).with(&[("name", "演示视图"), ("link", "/desk?whose=mine")]),
        "/desk/views/drop" => Whole::to(path).with(&[("name", "演示视图")]),
        "/drafts/drop" => {
            let place = "/cases/new/disclosure_request";
            if who != "nobody" {
                scene.as_one(login_of(who), |platform, actor| {
                    platform.save_draft(&actor.account, place, "演示草稿", "f.x=1").unwrap();
                });
            }
            Whole::to(path).with(&[("place", place)])
        }
        _ => return None,
    })
}

fn message(scene: &Scene, path: &str, variant: &str, who: &'static str) -> Option<Whole> {
    let place = crate::scene::WHO.iter().position(|one| *one == who).unwrap();
    let number = format!("139{place:08}");
    Some(match (path, variant) {
        ("/messages/read", _) => {
            application(scene);
            scene.site.clock.tick();
            work(&scene.site);
            Whole::to(path).with(&[("until", &scene.site.platform.now().to_string())])
        }
        ("/messages/settings/quiet", _) => Whole::shown("", "/messages/settings")
            .sent_to(path)
            .with(&[("from", "20:30"), ("until", "07:15")]),
        ("/messages/settings/address", "ask") => {
            Whole::to(path).with(&[("channel", "sms"), ("step", "ask"), ("text", &number)])
        }
        ("/messages/settings/address", "confirm") => {
            work(&scene.site);
            let told = scene.told.lock().unwrap();
            let own = told.iter().rev().find(|text| text.contains(&number) && text.contains("验证码是"));
            let code = own.map_or("123456", |text| &text.split_once("验证码是").unwrap().1[..6]);
            Whole::to(path).with(&[("channel", "sms"), ("step", "confirm"), ("text", code)])
        }
        ("/messages/settings/address", _) => Whole::to(path).with(&[("channel", "sms"), ("step", "drop")]),
        _ => return None,
    })
}

fn plan(scene: &Scene, path: &str) -> Option<Whole> {
    Some(match path {
        "/plan/import" => Whole::shown("head", path).with(&[("text", PLAN)]),
        "/plan/adopt" => {
            let code = format!("plan-{}", scene.at);
            Whole::to(path).with(&[
                ("rows", "2"),
                ("text", PLAN),
                ("name", "乙县法治政府建设实施方案"),
                ("code", &code),
                ("issued_by", "乙县人民政府办公室"),
                ("issued_on", "2024-03-01"),
                ("first_year", "2024"),
                ("last_year", "2026"),
                ("number-0", "1"),
                ("title-0", "重大决策公众参与"),
                ("number-1", "2"),
                ("title-1", "规范性文件审核"),
            ])
        }
        "/plan/tasks" => {
            let blank =
                scene.as_one("officer", |platform, officer| platform.task_form_sheet(officer).unwrap());
            let title = scene.fresh("任务");
            let cells: [(&str, &str); 9] = [
                ("方案", "quanzhou-2021-2025"),
                ("措施编号", "61"),
                ("年度", "2025"),
                ("任务", &title),
                ("牵头单位", "德化县人民政府"),
                ("完成时限", "2025-06-30"),
                ("交付什么", "通报"),
                ("以什么证明", "有文件"),
                ("文号", "德政〔2025〕1号"),
            ];
            Whole::shown("officer", path).file("sheet", "任务.xlsx", sheet(&blank.bytes, "任务", &cells))
        }
        _ => return None,
    })
}

/// A sheet under the headings of an empty one, with one row.
fn sheet(blank: &[u8], name: &str, cells: &[(&str, &str)]) -> Vec<u8> {
    let headings = sheets::open(blank).unwrap().lines.first().unwrap().cells.clone();
    let cell = |heading: &String| {
        let plain = heading.trim_end_matches('*');
        let own = cells.iter().find(|(own, _)| *own == plain).map_or("", |(_, text)| text);
        sheets::Cell::from((*own).to_owned())
    };
    let rows = vec![headings.iter().map(cell).collect()];
    let page = sheets::Page { name: name.to_owned(), headings, rows, ..sheets::Page::default() };
    sheets::write_book(&[page]).unwrap()
}

fn enter(platform: &Platform, head: &Actor, register: &str, fields: &[(&str, &str)]) {
    let row = NewEntry { from: day("2025-01-01"), until: None, form: form(fields), line: 0 };
    platform.enter(head, register, "county", vec![row], "试验").unwrap();
}

fn register(scene: &Scene, path: &str) -> Whole {
    let number = scene.fresh("");
    if path == "/registers/{id}/withdraw" {
        let fields = [("number", number.as_str()), ("name", "演示某人"), ("kind", "officer")];
        scene.as_one("head", |platform, head| enter(platform, head, "officers", &fields));
        let entry = format!("2025-01-01|{number}");
        return Whole::to("/registers/officers/withdraw").with(&[
            ("organ", "county"),
            ("entry", &entry),
            ("reason", "误登"),
        ]);
    }
    let blank = scene.as_one("head", |platform, head| {
        platform.register_sheet(Some(head), "officers", "county", platform.today()).unwrap()
    });
    let cells = [
        ("人员编号", number.as_str()),
        ("姓名", "演示某人"),
        ("人员类别", "在编人员"),
        ("起始日期", "2025-01-01"),
    ];
    Whole::shown("head", "/registers/officers?organ=county").sent_to("/registers/officers").file(
        "sheet",
        "名册.xlsx",
        sheet(&blank.bytes, "名册", &cells),
    )
}

fn kept_audit(scene: &Scene) -> String {
    let keep = KeepAudit {
        key: scene.fresh("kept-audit-"),
        name: "旧稿".to_owned(),
        content: "{}".to_owned(),
        result: "{}".to_owned(),
        counts: (0, 0, 0),
    };
    scene.as_one("officer", |platform, officer| platform.keep_audit(officer, keep)).unwrap()
}

/// An object of inspection whose class is another one now than its list says.
fn credit(scene: &Scene) {
    let code = format!("91350526MA{:08}", scene.at);
    let object = [("code", code.as_str()), ("name", "演示店"), ("trade", "餐饮"), ("class", "a")];
    let listed = [
        ("list", "serious"),
        ("code", &code),
        ("name", "演示店"),
        ("reason", "事由"),
        ("decision", "决定1号"),
    ];
    let kinds = [
        [
            ("kind", "penalty"),
            ("points", "20"),
            ("half_from", "12"),
            ("none_from", "36"),
            ("basis", "办法一"),
        ],
        [("kind", "serious"), ("points", "5"), ("at_least", "d"), ("repaired", "0"), ("basis", "办法二")],
    ];
    scene.as_one("head", |platform, head| {
        if platform.credit_changes(head).unwrap().is_none() {
            kinds.iter().for_each(|kind| enter(platform, head, "credit_kinds", kind));
            for (class, most) in [("a", "10"), ("b", "30"), ("c", "60")] {
                enter(
                    platform,
                    head,
                    "credit_bounds",
                    &[("class", class), ("most", most), ("basis", "办法")],
                );
            }
        }
        enter(platform, head, "inspection_objects", &object);
        // From before the procedure that alone changes the list now.
        let row = NewEntry { from: day("2023-04-03"), until: None, form: form(&listed), line: 0 };
        platform.enter(head, "credit_list", "county", vec![row], "试验").unwrap();
    });
}

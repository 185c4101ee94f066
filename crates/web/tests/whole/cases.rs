//! Cases: opening one, acting in it, correcting, handing over, revealing, saying something of a draft.

use app::{Deal, Form, Open, Origin, Upload};
use norms::{Act, FieldType};

use super::Whole;
use crate::browse::{APPLICATION, day};
use crate::scene::Scene;

/// What opens a case at the county's counter.
const REQUEST: [(&str, &str); 6] = [
    ("f.applicant", "演示张三"),
    ("f.applicant.code", "11010519491231002X"),
    ("f.applicant_kind", "natural_person"),
    ("f.contact", "13800000000"),
    ("f.channel", "in_person"),
    ("f.information", "2024年危房改造名单"),
];

pub fn whole(scene: &Scene, path: &str, variant: &str) -> Option<Whole> {
    Some(match path {
        "/apply/{procedure}" => {
            Whole::shown("party", "/apply/reconsideration").with(&APPLICATION).with(&[("organ", "county")])
        }
        "/comment/{case}/{number}/{act}" => {
            let (case, number) = posted_draft(scene);
            let page = format!("/comment/{case}/{number}/post_draft");
            Whole::shown("nobody", &page).with(&[("f.opinion", "建议分步施行")])
        }
        "/cases/new/{procedure}" => Whole::shown("officer", "/cases/new/disclosure_request")
            .with(&REQUEST)
            .with(&[("organ", "county")]),
        "/cases/bulk/{procedure}/{act}" => {
            // Withdrawn by the party, so that nothing is left but its file.
            let case = application(scene).0;
            let content = b"%PDF-1.4 withdrawn".to_vec();
            let paper = Upload { field: "paper".to_owned(), name: "撤回.pdf".to_owned(), content };
            does(scene, "citizen", &case, "withdraw_early", form(&[("reason", "不再申请")]), vec![paper]);
            Whole::shown("officer", "/cases/bulk/reconsideration/archive").with(&[("case", &case)])
        }
        "/cases/{id}/acts/{act}" => {
            let page = format!("/cases/{}/acts/examine", application(scene).0);
            Whole::shown("officer", &page).with(&[("f.conclusion", "meets")])
        }
        "/cases/{id}/correct/{number}" => {
            let case = application(scene).0;
            does(scene, "officer", &case, "examine", form(&[("conclusion", "meets")]), Vec::new());
            let page = format!("/cases/{case}/correct/2");
            Whole::shown("officer", &page).with(&[("how", variant), ("reason", "登记有误")])
        }
        "/cases/{id}/hand-over" => {
            of_case(&application(scene).0, "hand-over").with(&[("reason", "分工调整")])
        }
        "/cases/{id}/notes" => of_case(&application(scene).0, "notes").with(&[("text", "请抓紧")]),
        "/cases/{id}/notes/{note}/done" => {
            let case = application(scene).0;
            let note = scene.as_one("head", |platform, head| {
                let colleagues = platform.colleagues(head, &case).unwrap();
                let to = colleagues.into_iter().find(|(_, name)| name.starts_with("演示承办人")).unwrap().0;
                platform.write_note(head, &case, "请抓紧", Some(&to), &origin()).unwrap();
                platform.notes(head, &case).unwrap().remove(0).id
            });
            Whole::to(&format!("/cases/{case}/notes/{note}/done"))
        }
        "/cases/{id}/files/{hash}" => {
            Whole::shown("officer", &format!("/cases/{}/files/{}", scene.case, scene.file))
        }
        "/cases/{id}/bundle" => {
            let case = application(scene).0;
            scene.site.with(|platform| platform.make_root().map(drop)).unwrap();
            Whole::shown("officer", &format!("/cases/{case}/bundle"))
        }
        "/cases/{id}/reveal/{number}" => {
            Whole::shown("officer", &format!("/cases/{}/reveal/1", application(scene).0))
        }
        _ => return None,
    })
}

fn origin() -> Origin {
    Origin::default()
}

/// A form on a case's page.
fn of_case(case: &str, what: &str) -> Whole {
    Whole::shown("head", &format!("/cases/{case}")).sent_to(&format!("/cases/{case}/{what}"))
}

pub fn form(fields: &[(&str, &str)]) -> Form {
    fields.iter().map(|(name, text)| ((*name).to_owned(), vec![(*text).to_owned()])).collect()
}

/// Opens a case as an account; its id, its number and the code by which it is followed.
pub fn opened(
    scene: &Scene,
    login: &str,
    procedure: &str,
    act: &str,
    form: Form,
) -> (String, String, String) {
    let open = Open {
        key: scene.fresh(&format!("stage-{procedure}-")),
        procedure: procedure.to_owned(),
        organ: "county".to_owned(),
        act: act.to_owned(),
        on: day("2025-03-03"),
        form,
        files: Vec::new(),
    };
    let done = scene.as_one(login, |platform, actor| platform.open(actor, open)).unwrap();
    (done.case, done.case_number.unwrap_or_default(), done.receipt.unwrap_or_default())
}

/// A new application of the party's for reconsideration, with what it is followed by.
pub fn application(scene: &Scene) -> (String, String, String) {
    let own = APPLICATION.map(|(name, value)| (name.trim_start_matches("f."), value));
    opened(scene, "citizen", "reconsideration", "apply", form(&own))
}

/// Does an act as an account.
pub fn does(scene: &Scene, login: &str, case: &str, act: &str, form: Form, files: Vec<Upload>) -> u32 {
    let deal = Deal {
        key: scene.fresh(&format!("{act}-{case}-")),
        case: case.to_owned(),
        version: None,
        act: act.to_owned(),
        on: day("2025-03-03"),
        form,
        files,
    };
    scene.as_one(login, |platform, actor| platform.act(actor, deal)).unwrap().number
}

/// What an act requires, filled in by the type of each field.
fn required(act: &Act) -> (Form, Vec<Upload>) {
    let (mut form, mut files) = (Form::new(), Vec::new());
    for field in act.fields.iter().filter(|field| field.required) {
        let text = match field.kind {
            FieldType::File => {
                let content = b"%PDF-1.4 a draft".to_vec();
                files.push(Upload { field: field.id.clone(), name: "稿.pdf".to_owned(), content });
                continue;
            }
            FieldType::Date => "2025-04-30",
            FieldType::YesNo => "no",
            FieldType::Number => "10",
            FieldType::Choice => field.options[0].0.as_str(),
            FieldType::Organ => "德化县人民政府",
            FieldType::Officer => "演示承办人",
            _ => "演示内容",
        };
        form.insert(field.id.clone(), vec![text.to_owned()]);
    }
    (form, files)
}

/// A draft of a document that is open for comment: its case, and the number of the event that published it.
fn posted_draft(scene: &Scene) -> (String, u32) {
    let acts =
        ["propose", "approve_initiation", "assess", "draft", "coordinate", "hear_enterprises", "post_draft"];
    let mut case = String::new();
    let mut number = 1;
    for act in acts {
        let spec = scene.site.with(|platform| {
            let pack = platform.rules().pack_on("normative_document", day("2025-03-03")).unwrap().clone();
            let procedure = &pack.file.procedure;
            procedure.act_of(procedure.act_named(act).unwrap()).unwrap().clone()
        });
        let (form, files) = required(&spec);
        if act == "propose" {
            case = opened(scene, "officer", "normative_document", act, form).0;
        } else {
            let login = if act == "approve_initiation" { "head" } else { "officer" };
            number = does(scene, login, &case, act, form, files);
        }
    }
    (case, number)
}

//! A case as one file that can be checked without the platform: its records with their proofs, its papers, who decided what,
//! and the rules it followed; a manifest of all, signed. Read back by [`crate::unseal`].

use ledger::{HashFunction, Sm3};
use serde_json::{Value as Json, json};
use store::cases;

use crate::actor::Actor;
use crate::error::{AppError, Result};
use crate::platform::Platform;
use crate::report::bundle::{Kind, manifest_files, pretty, seal_json, seal_text};
use crate::report::container;
use crate::responsibility::{Responsibility, ResponsibleStep};
use crate::root_key::{RootKey, RootKeys, hex};

/// The version of the files of such a bundle.
const FORMAT: u32 = 1;

impl Platform {
    /// A case as one sealed file, with what it is called. Only officers of the organ that holds the case take its papers
    /// away; that they did is to be noted first ([`Platform::note_bundle`]).
    ///
    /// # Errors
    /// The case is not there or not the actor's; a root does not cover all of it yet; a paper cannot be read.
    pub fn case_bundle(&self, actor: &Actor, case: &str) -> Result<(String, Vec<u8>)> {
        let told = self.responsibility(actor, case)?;
        let holds =
            actor.organ.as_ref().is_some_and(|(id, _)| actor.is_officer() && *id == told.view.organ_id);
        if !holds {
            return Err(AppError::Forbidden {
                why: "案卷封存包有全部材料的原件，只由办理本案的机关制作".to_owned(),
                help: "需要凭证的，可以下载凭证；需要案卷的，请向办理机关申请查阅。".to_owned(),
            });
        }
        let covered = self.receipt(actor, case)?;
        let receipt = covered.receipt.filter(|_| covered.waiting.is_empty()).ok_or_else(|| {
            let why = "本案还有事项没有被日志的根覆盖，封存包还不能证明";
            AppError::wrong(
                "no_root",
                why,
                "根至多每小时作一次；过一小时再制作，或者先用 yifa root 作一个根。",
            )
        })?;
        let missing =
            || AppError::wrong("no_key", "还没有签名密钥，封存包没有作成", "先用 yifa root 作一个根。");
        let keys = RootKey::of(self.store().dir()).read()?.ok_or_else(missing)?;
        let papers = self.papers_of(&told)?;
        let names: Vec<String> = papers.iter().map(|(path, _)| path.clone()).collect();
        let mut files = vec![
            ("case.json".to_owned(), pretty(&case_json(&told, &names))),
            ("responsibility.html".to_owned(), page(&told).into_bytes()),
            ("receipt.json".to_owned(), pretty(&receipt.file())),
            ("root.json".to_owned(), pretty(&receipt.root.file())),
        ];
        files.extend(papers);
        let row = self.store().read(|reader| cases::get(reader, case))?;
        let row = row.ok_or_else(|| AppError::not_found(format!("案件{case}")))?;
        let pack = self.store().read(|reader| self.inner().pack(reader, &row.pack))?;
        files.push((format!("rules/{}.toml", pack.file.procedure.id), pack.source.clone().into_bytes()));
        let manifest = pretty(&json!({
            "format_version": FORMAT,
            "kind": Kind::Case.manifest(),
            "title": format!("{}　{}", told.view.number, told.view.title),
            "case": told.view.id,
            "procedure": { "id": told.view.procedure_id, "name": told.view.procedure, "text": row.pack.hex() },
            "organ": { "id": told.view.organ_id, "name": told.view.organ },
            "as_of": self.today().to_string(),
            "events": told.view.events.len(),
            "demonstration": self.is_demonstration(),
            "files": manifest_files(&files),
        }));
        let text = seal_text(Kind::Case, &receipt.root, &Sm3::digest(&[&manifest]));
        let signed = keys.sign(text.as_bytes()).ok_or_else(missing)?;
        let public = RootKeys(keys.public());
        let seal = seal_json(Kind::Case, &public, &hex(&signed.sm2), &hex(&signed.ed25519), &manifest);
        files.insert(0, ("manifest.json".to_owned(), manifest));
        files.insert(1, ("seal.json".to_owned(), pretty(&seal)));
        let too_large = || AppError::wrong("bundle", "封存包超过4 GB", "材料太大，请分案保存附件。");
        let bytes = container::packed(&files).ok_or_else(too_large)?;
        Ok((format!("案卷-{}.zip", told.view.number), bytes))
    }

    /// The papers of a case with where they stand in the bundle. What was erased is named with its hash, as the journal has it,
    /// and is not there.
    fn papers_of(&self, told: &Responsibility) -> Result<Vec<(String, Vec<u8>)>> {
        let held = self.inner().held();
        let mut made = Vec::new();
        for own in self.store().read(|reader| store::attachment::of_case(reader, &told.view.id))? {
            // Called as the view calls it, which masks names for whoever is not the party.
            let (hash, shown) = (own.hash.hex(), own.shown_name());
            let is_shown = told
                .view
                .events
                .iter()
                .any(|event| event.files.iter().any(|(known, name)| *known == hash && *name == shown));
            let name = if is_shown { shown } else { own.own_name(held.ready()) };
            if let Some(bytes) = self.store().files().content(held.ready(), &own)? {
                made.push((paper(&hash, &name), bytes));
            }
        }
        Ok(made)
    }
}

/// Where a paper stands in the bundle: its hash comes first, so that no two have one place.
pub(crate) fn paper(hash: &str, name: &str) -> String {
    let name: String = name.chars().map(|c| if matches!(c, '/' | '\\' | '\0') { '_' } else { c }).collect();
    format!("papers/{hash}-{name}")
}

/// The case as JSON; of papers that were erased, and so are not among the files, the hash alone.
fn case_json(told: &Responsibility, files: &[String]) -> Json {
    let step = |step: &ResponsibleStep| {
        let event = &step.event;
        let fields: Vec<Json> =
            event.fields.iter().map(|(label, text)| json!({ "label": label, "text": text })).collect();
        let papers: Vec<Json> = event
            .files
            .iter()
            .map(|(hash, name)| {
                let file = (!files.contains(&paper(hash, name))).then_some(Json::Null);
                json!({ "sm3": hash, "file": file.unwrap_or_else(|| json!(paper(hash, name))) })
            })
            .collect();
        let documents: Vec<Json> =
            step.documents.iter().map(|(name, number)| json!({ "name": name, "number": number })).collect();
        json!({
            "number": event.number, "on": event.on.to_string(), "recorded_at": event.recorded_at,
            "kind": event.kind, "act": { "id": event.act_id, "name": event.act }, "by": event.actor,
            "posts": step.posts, "roles": step.roles, "decision": step.is_decision, "basis": step.basis,
            "corrects": event.corrects, "superseded": event.is_superseded, "fields": fields, "papers": papers,
            "documents": documents, "hash": event.hash,
        })
    };
    let view = &told.view;
    json!({
        "format_version": FORMAT,
        "kind": "yifa_case",
        "number": view.number, "title": view.title, "procedure": view.procedure, "organ": view.organ,
        "phase": view.phase, "opened_on": view.opened_on.to_string(),
        "closed_on": view.closed_on.map(|day| day.to_string()),
        "events": told.steps.iter().map(step).collect::<Vec<_>>(),
    })
}

fn plain(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// The page of who decided what, to be read and printed without the platform.
fn page(told: &Responsibility) -> String {
    let view = &told.view;
    let mut out = format!(
        "<!DOCTYPE html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><title>{number}</title>\n<style>body{{max-width:60em;\
         margin:2em auto;padding:0 1em;font-family:serif;line-height:1.6}}table{{border-collapse:collapse;width:100%}}\
         td,th{{border:1px solid;padding:.3em .5em;text-align:left;vertical-align:top;overflow-wrap:anywhere}}</style></head><body>\n\
         <h1>{number}　责任清单</h1>\n<p>{title}。{procedure}，{organ}。{opened}开始{closed}。</p>\n",
        number = plain(&view.number),
        title = plain(&view.title),
        procedure = plain(&view.procedure),
        organ = plain(&view.organ),
        opened = view.opened_on.chinese(),
        closed = view.closed_on.map_or(String::new(), |day| format!("，{}办结", day.chinese())),
    );
    out += "<h2>谁办了什么</h2>\n<table><tr><th>姓名</th><th>机关、职务</th><th>办理的事项</th></tr>\n";
    for one in &told.people {
        let acts: Vec<String> = one.acts.iter().map(|(number, act)| format!("第{number}号{act}")).collect();
        let posts =
            if one.posts.is_empty() { String::new() } else { format!("，{}", one.posts.join("，")) };
        out += &format!(
            "<tr><td>{}</td><td>{}{}</td><td>{}</td></tr>\n",
            plain(&one.name),
            plain(&one.organ),
            plain(&posts),
            plain(&acts.join("；"))
        );
    }
    out += "</table>\n<h2>办理经过</h2>\n";
    for step in &told.steps {
        let event = &step.event;
        let mark = if step.is_decision { "【决定】" } else { "" };
        out += &format!(
            "<h3>第{}号　{}{}</h3>\n<p>{}，{}办理，{}登记。{}</p>\n<table>\n",
            event.number,
            plain(&event.act),
            mark,
            event.on.chinese(),
            plain(&event.actor),
            plain(&event.recorded_at),
            plain(&step.basis)
        );
        let mut row = |label: &str, text: &str| {
            out += &format!("<tr><th>{}</th><td>{}</td></tr>\n", plain(label), plain(text));
        };
        for (label, text) in &event.fields {
            row(label, text);
        }
        for (name, number) in &step.documents {
            row("文书", &format!("{name}　{number}"));
        }
        for (hash, name) in &event.files {
            row("材料", &format!("{name}　SM3 {hash}"));
        }
        if !step.papers.is_empty() {
            let papers: Vec<String> =
                step.papers.iter().map(|(at, name)| format!("第{at}号《{name}》")).collect();
            row("作出时在案的材料", &papers.join("、"));
        }
        row("日志校验值", &event.hash);
        out += "</table>\n";
    }
    out + "</body></html>\n"
}

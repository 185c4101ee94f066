//! Checking a file on the portal: a receipt, a root, a proof, a sealed bundle or a paper, told in words. 核验

use app::{FileChecked, Paper, Proof, SignedRoot, Unsealed, local_time};
use axum::extract::State;
use axum::http::StatusCode;
use maud::{Markup, html};

use crate::design::field::{self, Field};
use crate::design::shown::{self, Tone};
use crate::fault::{status_of, told};
use crate::pages::journal::witnesses;
use crate::parts;
use crate::posted::Posted;
use crate::site::Site;
use crate::visitor::{Answer, Visitor};

const TITLE: &str = "核验凭证和文件";

pub(crate) async fn form(visitor: Visitor) -> Answer {
    Ok(visitor.page(TITLE, page(&visitor, &html! {})))
}

/// Reads the file, tells what it is, and keeps nothing of it.
pub(crate) async fn check(State(site): State<Site>, visitor: Visitor, mut posted: Posted) -> Answer {
    let large = posted.too_large("file", "file", "文件");
    let file = posted.take_files("file").into_iter().next().filter(|file| !file.content.is_empty());
    let Some(file) = file else {
        let missing = app::FieldFault {
            field: "file".to_owned(),
            name: "文件".to_owned(),
            message: "没有选择，或者是空的".to_owned(),
        };
        let faults = if large.is_empty() { vec![missing] } else { large };
        let content = page(&visitor, &field::errors("没有核验", &faults));
        return Ok(visitor.page_with(StatusCode::UNPROCESSABLE_ENTITY, TITLE, content));
    };
    let (name, content) = (file.name, file.content);
    match site.ask(move |platform| platform.check_file(&content)).await {
        Ok(checked) => Ok(visitor.page("核验结果", outcome(&name, &checked))),
        Err(error @ (app::AppError::Wrong { .. } | app::AppError::Invalid(_) | app::AppError::Unfit(_))) => {
            let why = html! {
                (parts::findings(&told(&error)))
                p { "核验的文件：" (name) }
            };
            Ok(visitor.page_with(status_of(&error), TITLE, page(&visitor, &why)))
        }
        Err(error) => Err(error.into()),
    }
}

fn page(visitor: &Visitor, above: &Markup) -> Markup {
    html! {
        h1 { (TITLE) }
        p.lead { "把手里的文件放进来，看它是不是真的、有没有被改过。" }
        (above)
        form.sheet method="post" action="/verify" enctype="multipart/form-data" novalidate {
            input type="hidden" name="csrf" value=(visitor.csrf);
            (file_input())
            p.actions { button type="submit" { "核验" } }
        }
        h2 { "可以核验什么" }
        ul {
            li { strong { "凭证" } "：在“查办件”页或者案件页下载的凭证文件。核对每一项的内容、先后、到根的证明和签名，再看本站现在公布的日志里有没有这个根。" }
            li { strong { "根、只增证明" } "：在“" a href="/journal" { "办理日志的根" } "”页下载的。" }
            li { strong { "年度报告的封存包" } "：逐项核对报告里的数和它背后的记录。" }
            li { strong { "决定书、公告等文件" } "：看本站案卷里有没有内容一字不差的同一份文件。转换过格式、重新扫描过的认不出来。" }
        }
        p.hint { "文件只在核验时读一遍，不保存。不相信本站的，可以在自己的电脑上不联网核验，方法见“办理日志的根”页。" }
    }
}

fn file_input() -> Markup {
    let field = Field::new("file", "文件").hint("凭证文件名像“凭证-…json”；一个文件至多25兆");
    field.around(&html! { input id="file" name="file" type="file" required; })
}

fn again() -> Markup {
    html! { p.actions.unprinted { a.button href="/verify" { "再核验一份" } } }
}

fn outcome(name: &str, checked: &FileChecked) -> Markup {
    html! {
        (shown::crumbs(&[("/verify", TITLE), ("", name)]))
        @match checked {
            FileChecked::Proof { proof, faults, is_ours, lost } => (proof_told(proof, faults, *is_ours, lost.as_deref())),
            FileChecked::Bundle(bundle) => (bundle_told(bundle)),
            FileChecked::Papers { hash, found } => (papers_told(hash, found)),
        }
        (again())
    }
}

fn what(proof: &Proof) -> &'static str {
    match proof {
        Proof::Receipt(_) => "凭证",
        Proof::Root(_) => "根",
        Proof::Growth(_) => "只增证明",
    }
}

fn proof_told(proof: &Proof, faults: &[String], is_ours: bool, lost: Option<&str>) -> Markup {
    let root = proof.newest();
    let holds = faults.is_empty() && is_ours;
    html! {
        h1 { "核验" @if holds { "通过" } @else { "不通过" } }
        @if holds {
            (shown::done(&html! { p { strong { "这份" (what(proof)) "是真的，没有被改动。" } "签名是本站的，它所说的根就在本站现在公布的日志里。" } }))
        } @else {
            (shown::notice(Tone::Bad, &html! {
                p { strong { "请不要采信这份文件。" } }
                ul {
                    @for fault in faults { li { (fault) "。" } }
                    @if !is_ours && faults.is_empty() {
                        li { "文件本身完好，但是本站现在的日志里没有它所说的根。" @if let Some(why) = lost { "本站公告过这个根不再成立，理由是：" (why) "。" } @else { "它可能是别的平台开的，或者本站的日志被换过。" } }
                    }
                }
                p { "从原处重新下载再核验；仍然不通过的，保留文件，向办理机关反映。" }
            }))
        }
        @match proof {
            Proof::Receipt(receipt) => {
                section aria-labelledby="acts" {
                    h2 id="acts" { "凭证上的事项" }
                    p { "案件编号：" strong { (receipt.case_number) } }
                    ol.timeline {
                        @for event in &receipt.events {
                            li {
                                h3 { span.number { (event.number) } (event.act) }
                                p.sub { "全部日志的第" (event.place) "条" @if faults.is_empty() { "，内容与登记时一致" } }
                            }
                        }
                    }
                }
            },
            Proof::Growth(growth) => {
                p { "日志由" (growth.from.size()) "条增加到" (growth.to.size()) "条" @if faults.is_empty() { "，原有的没有改动、删去、插入或者调换" } "。" }
            },
            Proof::Root(_) => {},
        }
        (root_told(root))
        p.hint { "凭证证明事项在根作出以前已经记入日志，以后没有改动；不证明事项的内容真实。" }
    }
}

fn root_told(root: &SignedRoot) -> Markup {
    html! {
        section aria-labelledby="root" {
            h2 id="root" { "根" }
            (shown::facts(&[
                ("覆盖事项", html! { (root.size()) "条" }),
                ("作出时间", html! { (local_time(root.made_at())) }),
                ("根", html! { code.hash { (root.root()) } }),
                ("公钥指纹", html! { code.hash { (root.keys().grouped()) } }),
            ]))
            (witnesses(root))
        }
    }
}

fn bundle_told(bundle: &Unsealed) -> Markup {
    html! {
        h1 { "核验" @if bundle.faults.is_empty() { "通过" } @else { "不通过" } }
        @if bundle.faults.is_empty() {
            (shown::done(&html! { p { strong { "这个封存包是真的，没有被改动。" } "报告里的" (bundle.figures) "个数，都由它所列的" (bundle.events) "条记录算出。" } }))
        } @else {
            (shown::notice(Tone::Bad, &html! { p { strong { "请不要采信这个封存包。" } } ul { @for fault in &bundle.faults { li { (fault) "。" } } } }))
        }
        (shown::facts(&[
            ("标题", html! { (bundle.title) }),
            ("截至", html! { (bundle.as_of) }),
            ("文件", html! { (bundle.files.join("、")) }),
        ]))
        @if let Some(root) = &bundle.root { (root_told(root)) }
    }
}

fn papers_told(hash: &str, found: &[Paper]) -> Markup {
    html! {
        @if found.is_empty() {
            h1 { "没有找到" }
            (shown::notice(Tone::Warn, &html! {
                p { strong { "这不是本站的凭证，本站案卷里也没有内容一字不差的文件。" } }
                p { "不等于文件是假的：扫描件、转换过格式的、没有交到本站的，都会找不到。请向发文机关核实。" }
            }))
        } @else {
            h1 { "找到同一份文件" }
            (shown::done(&html! { p { strong { "本站案卷里有内容一字不差的同一份文件。" } } }))
            ul.lines {
                @for one in found {
                    li {
                        (one.organ) "的案卷，第" (one.number) "号事项"
                        span.sub { "收存于" (local_time(one.added_at)) }
                        @if let Some((case, number, act)) = &one.public { " " a href=(format!("/published/{case}/{number}/{act}")) { "看公开的内容" } }
                    }
                }
            }
        }
        (shown::facts(&[("文件的SM3杂凑值", html! { code.hash { (hash) } })]))
    }
}

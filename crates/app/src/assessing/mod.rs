//! Assessments on record: each organ's year by a scheme is a case; its events are the scores with their proof and reasons. The
//! marks, totals, ranks and what lifts most are computed from them and from the figures of the store.
//!
//! A procedure's file says which of its acts say what (`[assessment]`).

mod claims;
mod written;

use std::collections::BTreeMap;

use assessment::{Entry, Kind, Lift, Mark, Ranking, Ratio, Scheme, Sheet, Stated};
use calendar::Day;
use packs::procedures::AssessmentActs;

use crate::assess::{Assessed, Subject};
use crate::error::{AppError, Result};
use crate::platform::Platform;
use crate::visible::Viewer;
use written::{Reference, Written, written};

pub(crate) use claims::none_false;
pub use written::ScoreLine;

/// An assessment as lists show it. 考核
#[derive(Clone, Debug)]
pub struct AssessmentHead {
    pub case: String,
    pub number: String,
    /// Id of the organ that assesses, and its name.
    pub holder: (String, String),
    pub scheme: String,
    pub scheme_name: String,
    pub year: i32,
    /// Name of the organ that is assessed.
    pub assessed: String,
    pub phase: String,
    /// The total as it was settled: from, to, how many were unproved, on what day.
    pub concluded: Option<(Ratio, Ratio, i64, Day)>,
    pub is_public: bool,
    /// It was dropped: nothing was settled and the case is closed.
    pub is_dropped: bool,
}

/// A proof as people look at it. 证明
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProofLine {
    pub words: String,
    pub link: Option<String>,
}

/// One organ's assessment with all that it rests on. 考核情况
#[derive(Clone, Debug)]
pub struct AssessmentPage {
    pub head: AssessmentHead,
    pub scheme: Scheme,
    pub assessed: Assessed,
    /// By criterion or stated quantity.
    pub proofs: BTreeMap<String, Vec<ProofLine>>,
    /// What was said of each criterion, in the order of the journal.
    pub words: BTreeMap<String, Vec<ScoreLine>>,
    /// What lifts the proved total most.
    pub lifts: Vec<Lift>,
    /// With the criteria at their best that were asked for.
    pub supposed: Option<Assessed>,
    /// Ids of the acts that the reader may do, by what they do.
    pub acts: BTreeMap<&'static str, String>,
    /// What is wrong with the sheet as a whole.
    pub faults: Vec<String>,
    /// What no figure gives, as it was stated last.
    pub stated: Vec<Stated>,
}

/// The organs that one organ assesses by a scheme in a year. 一次考核
#[derive(Clone, Debug)]
pub struct AssessmentRound {
    pub scheme: Scheme,
    pub year: i32,
    pub holder: (String, String),
    /// Each with what it comes to now.
    pub all: Vec<(AssessmentHead, Assessed)>,
    pub ranking: Option<Ranking>,
    /// Why there is no ranking, and what could not be computed.
    pub notes: Vec<String>,
}

/// The proof of a score that is only supposed.
const SUPPOSED: &str = "假设";

impl Platform {
    /// The assessments that somebody may see, the newest year first: officers those of their organ and those of which theirs is
    /// assessed, everybody those that were made public.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn assessments(&self, viewer: Viewer<'_>) -> Result<Vec<AssessmentHead>> {
        let read = self.assessment_cases(viewer)?;
        let mut made: Vec<AssessmentHead> = read.into_iter().map(|(head, _)| head).collect();
        made.sort_by(|one, other| {
            let key = |head: &AssessmentHead| {
                (-head.year, head.scheme.clone(), head.holder.0.clone(), head.number.clone())
            };
            key(one).cmp(&key(other))
        });
        Ok(made)
    }

    fn assessment_cases(&self, viewer: Viewer<'_>) -> Result<Vec<(AssessmentHead, Written)>> {
        let visible = self.visible(viewer)?;
        let acts = self.rules().packs.iter().filter_map(|pack| pack.file.assessment.as_ref());
        let figures: std::collections::BTreeSet<&str> = acts.map(|acts| acts.figure.as_str()).collect();
        let organs = self.organs()?;
        self.store().read(|reader| {
            let mut made = Vec::new();
            for figure in figures {
                for case in self.counted_cases(reader, figure)? {
                    let file = self.inner().load(reader, &case)?;
                    let Some(one) = written(&file, &|key| self.rules().scheme(key).cloned()) else {
                        continue;
                    };
                    if !one.is_public && !visible.sees(&file.row) {
                        continue;
                    }
                    let organ = organs.iter().find(|organ| organ.id == file.row.organ);
                    let name = organ.map_or_else(|| file.row.organ.clone(), |organ| organ.name.clone());
                    made.push((self.head_of(&file.row, name, &one), one));
                }
            }
            Ok(made)
        })
    }

    fn head_of(&self, row: &store::cases::Case, name: String, one: &Written) -> AssessmentHead {
        let scheme = self.rules().scheme(&one.scheme);
        AssessmentHead {
            case: row.id.clone(),
            number: row.number.clone().unwrap_or_default(),
            holder: (row.organ.clone(), name),
            scheme: one.scheme.clone(),
            scheme_name: scheme.map_or_else(|| one.scheme.clone(), |scheme| scheme.name.clone()),
            year: one.year,
            assessed: one.assessed.clone(),
            phase: row.phase.clone(),
            concluded: one.concluded,
            is_public: one.is_public,
            is_dropped: row.closed_on.is_some() && one.concluded.is_none(),
        }
    }

    /// The sheet of an organ's year by a scheme as it is on record, where there is one that was not dropped. Who assesses may be
    /// several: the one that began last counts.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn recorded_sheet(&self, scheme: &Scheme, subject: &Subject, year: i32) -> Result<Option<Sheet>> {
        let Subject::Organ(id) = subject else { return Ok(None) };
        let name = self.organ(id)?.name;
        let all = self.assessment_cases(Viewer::Keeper)?;
        let own = all.into_iter().filter(|(head, one)| {
            one.scheme == scheme.key() && one.year == year && one.assessed == name && !head.is_dropped
        });
        let last = own.max_by(|one, other| one.0.case.cmp(&other.0.case));
        Ok(last.map(|(_, one)| Sheet { subject: id.clone(), ..one.sheet }))
    }

    /// One organ's assessment. `best` names criteria that are to be supposed at their best.
    ///
    /// # Errors
    /// There is no such case, or it is not the reader's to see; the scheme is not known; the store cannot be read.
    pub fn assessment_page(&self, viewer: Viewer<'_>, case: &str, best: &[String]) -> Result<AssessmentPage> {
        let missing = || AppError::not_found("这份考核，或者您不能查看它");
        let (file, acts, one) = self.assessment_file(case)?.ok_or_else(missing)?;
        let is_seen = self.visible(viewer)?.sees(&file.row);
        if !one.is_public && !is_seen {
            return Err(missing());
        }
        let scheme = self.known_scheme(&one.scheme)?;
        let name = self.organ(&file.row.organ)?.name;
        let head = self.head_of(&file.row, name, &one);
        let assessed = self.assessed(&scheme, &head, &one.sheet)?;
        let lifts = assessment::lifts(&scheme, &assessed.assessment)
            .map_err(|fault| AppError::wrong("no_total", fault.told().to_owned(), "核对方案。"))?;
        let supposed = if best.is_empty() {
            None
        } else {
            Some(self.assessed(&scheme, &head, &supposing(&scheme, &one.sheet, best))?)
        };
        let faults = assessment::check_sheet(&scheme, &one.sheet);
        let mut page = AssessmentPage {
            head,
            lifts,
            supposed,
            proofs: BTreeMap::new(),
            words: BTreeMap::new(),
            acts: BTreeMap::new(),
            faults: faults.into_iter().map(|fault| fault.message).collect(),
            stated: one.sheet.stated.clone(),
            assessed,
            scheme,
        };
        if !is_seen {
            // What was made public are the scores; proofs and reasons may name people.
            (page.faults, page.stated) = (Vec::new(), Vec::new());
            return Ok(page);
        }
        for (id, reference) in &one.proofs {
            let line = self.proof_line(reference, &page.assessed, case)?;
            page.proofs.entry(id.clone()).or_default().push(line);
        }
        for (id, line) in one.words {
            page.words.entry(id).or_default().push(line);
        }
        if let Viewer::Account(actor) = viewer {
            page.acts = self.own_acts(actor, case, &acts, &file)?;
        }
        Ok(page)
    }

    fn assessment_file(
        &self,
        case: &str,
    ) -> Result<Option<(std::sync::Arc<crate::case::CaseFile>, AssessmentActs, Written)>> {
        let file = self.store().read(|reader| self.inner().load(reader, case))?;
        let Some(acts) = file.pack.file.assessment.clone() else { return Ok(None) };
        let one = written(&file, &|key| self.rules().scheme(key).cloned());
        Ok(one.map(|one| (file, acts, one)))
    }

    fn known_scheme(&self, key: &str) -> Result<Scheme> {
        let known: Vec<String> = self.rules().schemes.iter().map(Scheme::key).collect();
        self.rules().scheme(key).cloned().ok_or_else(|| {
            let why = format!("平台上没有考核方案“{key}”");
            AppError::wrong(
                "unknown_scheme",
                why,
                format!("载入这份方案（yifa --packs 文件夹）；现有的有：{}。", known.join("、")),
            )
        })
    }

    /// What a sheet comes to today, or on the day on which it was settled.
    fn assessed(&self, scheme: &Scheme, head: &AssessmentHead, sheet: &Sheet) -> Result<Assessed> {
        let as_of = head.concluded.map_or(self.today(), |(_, _, _, on)| on);
        self.assess(scheme, &self.subject_named(&head.assessed)?, head.year, as_of, sheet)
    }

    fn subject_named(&self, name: &str) -> Result<Subject> {
        let organs = self.organs()?;
        let found = organs.into_iter().find(|organ| organ.name == name);
        let missing = || AppError::not_found(format!("机关名录里的“{name}”"));
        found.map(|organ| Subject::Organ(organ.id)).ok_or_else(missing)
    }

    /// The acts on scores that are the reader's to do now, by what they do.
    fn own_acts(
        &self,
        actor: &crate::actor::Actor,
        case: &str,
        acts: &AssessmentActs,
        file: &crate::case::CaseFile,
    ) -> Result<BTreeMap<&'static str, String>> {
        let view = self.case_view(actor, case)?;
        let procedure = &file.pack.file.procedure;
        let all = [
            ("scores", acts.scores),
            ("states", acts.states),
            ("checks", acts.checks),
            ("excludes", acts.excludes),
            ("settles", acts.settles),
            ("concludes", acts.concludes),
            ("publishes", acts.publishes),
        ];
        let mine = all.into_iter().filter_map(|(what, act)| {
            let id = &procedure.act_of(act)?.id;
            let may = view.may.iter().any(|one| one.is_mine && one.id == *id);
            may.then(|| (what, id.clone()))
        });
        Ok(mine.collect())
    }

    /// A proof in words, with the way to it.
    fn proof_line(&self, reference: &Reference, assessed: &Assessed, case: &str) -> Result<ProofLine> {
        let year = assessed.year;
        let (words, link) = match reference {
            Reference::Words(words) => (words.clone(), None),
            Reference::Figure(id) => {
                let name = self.figure(id).map_or_else(|| id.clone(), |figure| figure.name.clone());
                let organ = assessed.subject.id();
                (format!("指标“{name}”"), Some(format!("/figures/{id}?year={year}&organ={organ}")))
            }
            Reference::Entry { register, key } => {
                let known = self.rules().register(register);
                let name = known.map_or_else(|| register.clone(), |known| known.name.clone());
                let link = known.is_some_and(|known| known.public).then(|| format!("/registers/{register}"));
                (format!("“{name}”里的“{key}”"), link)
            }
            Reference::Document(number) => (format!("文件“{number}”"), None),
            Reference::Case(number) => {
                let found = self.store().read(|reader| store::cases::by_number(reader, number))?;
                (format!("案件“{number}”"), found.map(|row| format!("/cases/{}", row.id)))
            }
            Reference::File { hash, name } => {
                (format!("附件“{name}”"), Some(format!("/cases/{case}/files/{hash}")))
            }
        };
        Ok(ProofLine { words, link })
    }

    /// All that one organ assesses by a scheme in a year, ranked, with what makes the difference; of those that the reader may see.
    ///
    /// # Errors
    /// There is nothing that the reader may see; the scheme is not known; the store cannot be read.
    pub fn assessment_round(
        &self,
        viewer: Viewer<'_>,
        holder: &str,
        scheme: &str,
        year: i32,
    ) -> Result<AssessmentRound> {
        let own = self.assessment_cases(viewer)?.into_iter().filter(|(head, _)| {
            head.holder.0 == holder && head.scheme == scheme && head.year == year && !head.is_dropped
        });
        let own: Vec<(AssessmentHead, Written)> = own.collect();
        let first = own.first().map(|(head, _)| head.holder.clone());
        let holder = first.ok_or_else(|| AppError::not_found("这次考核，或者没有您能看的结果"))?;
        let scheme = self.known_scheme(scheme)?;
        let (mut all, mut notes) = (Vec::new(), Vec::new());
        for (head, one) in own {
            match self.assessed(&scheme, &head, &one.sheet) {
                Ok(assessed) => all.push((head, assessed)),
                Err(fault @ (AppError::NotFound { .. } | AppError::Wrong { .. })) => {
                    let why: Vec<String> = fault.diagnostics().into_iter().map(|one| one.message).collect();
                    notes.push(format!("{}没有算：{}", head.assessed, why.join("；")));
                }
                Err(other) => return Err(other),
            }
        }
        let marks: Vec<_> = all.iter().map(|(_, one)| one.assessment.clone()).collect();
        let ranking = match assessment::rank(&scheme, &marks) {
            Ok(ranking) => Some(ranking),
            Err(fault) => {
                notes.push(fault.told());
                None
            }
        };
        Ok(AssessmentRound { scheme, year, holder, all, ranking, notes })
    }
}

/// A sheet with some criteria at their best.
fn supposing(scheme: &Scheme, sheet: &Sheet, best: &[String]) -> Sheet {
    let mut made = sheet.clone();
    for id in best {
        let Some(criterion) = scheme.criterion(id) else { continue };
        made.entries.retain(|entry| entry.criterion != *id);
        let (points, fired) = match criterion.kind {
            Kind::Positive | Kind::Bonus => (Some(criterion.maximum), None),
            Kind::Negative => (Some(Ratio::ZERO), None),
            Kind::Veto(_) => (None, Some(false)),
        };
        made.entries.push(Entry {
            criterion: id.clone(),
            final_score: points,
            fired,
            proof: vec![SUPPOSED.to_owned()],
            reason: Some(SUPPOSED.to_owned()),
            ..Entry::default()
        });
    }
    made
}

impl AssessmentPage {
    /// The mark of a criterion.
    #[must_use]
    pub fn mark(&self, criterion: &str) -> Option<&Mark> {
        self.assessed.assessment.marks.iter().find(|mark| mark.criterion == criterion)
    }

    /// What a figure is called.
    #[must_use]
    pub fn named(&self, id: &str) -> String {
        let own = self.assessed.figures.iter().find(|line| line.id == id).map(|line| line.name.clone());
        let input = || self.scheme.inputs.iter().find(|input| input.id == id).map(|input| input.name.clone());
        own.or_else(input).unwrap_or_else(|| id.to_owned())
    }
}

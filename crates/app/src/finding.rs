//! Search on the portal: what one may apply for, the guides, the figures, the registers, and what is public. 门户搜索

use store::publication::{self, Scope};
use store::{cases, document};

use crate::error::Result;
use crate::platform::Platform;
use crate::portal::Published;

/// What was found. 搜索结果
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// Procedures by id and name; whether their name has the words, else one of their acts'.
    pub procedures: Vec<(String, String)>,
    /// Figures by id, name and procedure.
    pub figures: Vec<(String, String, String)>,
    /// Public registers by id and name.
    pub registers: Vec<(String, String)>,
    pub published: Vec<Published>,
    /// How many of the newest public acts were looked through; none where that were all.
    pub looked: Option<usize>,
}

/// How many public acts are looked through, the newest first, and how many of each kind are told.
const LOOKED: u32 = 2_000;
const MOST: usize = 20;
/// How long a text is looked for.
const LONGEST: usize = 60;

impl Platform {
    /// What anybody may find under some words: all of them must be in a name or title. The number of a document finds
    /// what was published with it.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn find(&self, text: &str) -> Result<Found> {
        let text: String = text.trim().chars().take(LONGEST).collect();
        let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
        if words.is_empty() {
            return Ok(Found::default());
        }
        let has = |name: &str| {
            let name = name.to_lowercase();
            words.iter().all(|word| name.contains(word.as_str()))
        };
        let mut found = self.find_in_rules(&has);
        let organs = self.organs_of_today()?.organs;
        self.store().read(|reader| -> Result<()> {
            for one in document::by_number(reader, &text)? {
                for row in publication::of_case(reader, &one.case)? {
                    if row.is_shown(self.today().number()) && cases::get(reader, &row.case)?.is_some() {
                        found.published.push(self.head(reader, &organs, row)?);
                    }
                }
            }
            let rows = publication::page(reader, Scope::all(self.today().number()), None, LOOKED)?;
            found.looked =
                Some(rows.len()).filter(|count| u32::try_from(*count).is_ok_and(|count| count == LOOKED));
            for row in rows {
                let is_known = found
                    .published
                    .iter()
                    .any(|one| one.case == row.case && one.number == row.number && one.act == row.act);
                if found.published.len() < MOST && !is_known && has(&row.title) {
                    found.published.push(self.head(reader, &organs, row)?);
                }
            }
            Ok(())
        })?;
        Ok(found)
    }

    fn find_in_rules(&self, has: &dyn Fn(&str) -> bool) -> Found {
        let mut found = Found::default();
        let packs: Vec<_> = self.rules().in_force(self.today()).collect();
        for by_name in [true, false] {
            for pack in &packs {
                let procedure = &pack.file.procedure;
                let fits = if by_name {
                    has(&procedure.name)
                } else {
                    procedure.acts.iter().any(|act| has(&act.name))
                };
                if fits && found.procedures.iter().all(|(id, _)| *id != procedure.id) {
                    found.procedures.push((procedure.id.clone(), procedure.name.clone()));
                }
            }
        }
        for pack in &packs {
            let procedure = &pack.file.procedure.name;
            let own = pack.file.figures.iter().filter(|figure| has(&figure.name));
            found.figures.extend(own.map(|one| (one.id.clone(), one.name.clone(), procedure.clone())));
        }
        let registers = self.rules().registers.iter().filter(|one| one.public && has(&one.name));
        found.registers.extend(registers.map(|one| (one.id.clone(), one.name.clone())));
        found.procedures.truncate(MOST);
        found.figures.truncate(MOST);
        found.registers.truncate(MOST);
        found
    }
}

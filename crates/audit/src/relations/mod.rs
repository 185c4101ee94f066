//! Claims about numbers, each checked by exact arithmetic.

mod averages;
mod binding;
mod claims;
pub(crate) mod disclosure;
mod folds;
mod funnel;
mod grim;
pub(crate) mod growth;
mod lists;
mod parts;
mod proportions;
mod rates;
mod repeats;
mod scene;
mod shares;
mod stocks;
mod table_text;
pub(crate) mod tables;

use crate::context::Context;
use crate::profile::Profile;

/// Checks all relations of the running text and the tables.
pub fn check(context: &mut Context, profile: &Profile) {
    context.changes = context.quantities.iter().map(|q| growth::read_change(context, q)).collect();
    for sentence in 0..context.text.sentences.len() {
        let numbers = context.of_sentence(sentence);
        if let Some(sentence) = context.sentence(sentence) {
            lists::slogans(context, sentence);
        }
        if numbers.len() < 2 {
            rates::check(context, numbers);
            funnel::check(context, numbers);
            lists::check(context, numbers);
            continue;
        }
        rates::check(context, numbers);
        parts::check(context, numbers);
        growth::check(context, numbers);
        lists::check(context, numbers);
        averages::check(context, numbers);
        stocks::check(context, numbers);
        funnel::check(context, numbers);
        shares::check(context, numbers);
    }
    repeats::check(context, profile.year);
    tables::check(context);
    table_text::check(context, profile);
}

//! Words, marks, numbering and names: what a careful reader stumbles over. (文字)

mod bounds;
mod confusions;
mod documents;
mod heading_stops;
mod marks;
mod measure;
mod names;
mod numbering;
mod page;
mod repeats;
mod restated;
mod years;

use crate::context::Context;
use crate::profile::Profile;

/// Checks the words of a text.
pub fn check(context: &mut Context, profile: &Profile) {
    confusions::check(context);
    repeats::check(context);
    restated::check(context);
    marks::check(context);
    heading_stops::check(context);
    numbering::check(context);
    years::check(context, profile);
    documents::check(context);
    names::check(context);
    measure::check(context);
    bounds::check(context);
    page::check(context, profile);
}

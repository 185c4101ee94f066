//! The pages of the three administrators. What each of them may do, the use cases decide; the table of routes lets
//! nobody else come here.

mod accounts;
mod audit;
mod clients;
mod jobs;
mod messages;
mod one;
mod organs;
mod security;
mod versions;

use store::account::Rank;

use crate::routes::{Row, Who, form, page, takes};

pub(crate) fn rows() -> Vec<Row> {
    vec![
        page("/admin/accounts", accounts::list).who(Who::AccountAdmins),
        form("/admin/accounts/new", accounts::new_form, accounts::add).who(Who::Admin(Rank::SystemAdmin)),
        form("/admin/accounts/{login}", one::show, one::change).who(Who::AccountAdmins),
        form("/admin/organs", organs::list, organs::enter).who(Who::Admin(Rank::SystemAdmin)),
        form("/admin/organs/sheet", organs::sheet, organs::enter_sheet).who(Who::Admin(Rank::SystemAdmin)),
        form("/admin/clients", clients::list, clients::add).who(Who::Admin(Rank::SecurityAdmin)),
        form("/admin/messages", messages::list, messages::change).who(Who::Admin(Rank::SystemAdmin)),
        form("/admin/jobs", jobs::show, jobs::begin).who(Who::Admin(Rank::SystemAdmin)),
        page("/admin/procedures", versions::list).who(Who::Admin(Rank::SystemAdmin)),
        page("/admin/procedures/{id}", versions::one).who(Who::Admin(Rank::SystemAdmin)),
        form("/admin/security", security::form, security::change).who(Who::Admin(Rank::SecurityAdmin)),
        page("/admin/audit", audit::list).who(Who::Admin(Rank::AuditAdmin)),
        takes("/admin/audit/export", audit::export).who(Who::Admin(Rank::AuditAdmin)),
        takes("/admin/audit/clean", audit::clean).who(Who::Admin(Rank::AuditAdmin)),
    ]
}

//! Use cases: one function an act of the user. The clock enters here.

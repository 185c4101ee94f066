//! What people settle between themselves is theirs: no procedure makes public what was agreed in mediation or settlement.

#[test]
fn no_agreement_is_published() {
    let rules = packs::load(&packs::Files::built_in()).expect("the rules are sound");
    let mut published = 0;
    for pack in &rules.packs {
        let procedure = &pack.file.procedure;
        for publish in procedure.acts.iter().filter_map(|act| act.publish.as_ref()) {
            published += 1;
            // Mediators are persons of a register, not what is agreed before them.
            let name = procedure.name_of(publish.of).replace("调解员", "");
            assert!(!["调解", "和解"].iter().any(|word| name.contains(word)), "{}：{name}", procedure.id);
        }
    }
    assert!(published > 30, "only {published} acts publish");
}

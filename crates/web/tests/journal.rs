//! The published roots, and the receipt that a citizen takes away and checks without the platform.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use crate::browse;
use crate::browse::{Site, apply, own_case, receipt};
use app::Proof;
use axum::http::StatusCode;

#[tokio::test]
async fn a_receipt_is_downloaded_once_a_root_covers_the_case() {
    let site = Site::new("2025-03-03");
    let mut citizen = site.signed_in("citizen").await;
    let page = apply(&mut citizen, &[], &[]).await;
    let (number, code) = receipt(&page);
    let case = own_case(&mut citizen).await;

    let mut visitor = site.browser();
    let form = visitor.get("/follow").await;
    let fields = [("number", number.as_str()), ("code", code.as_str())];
    let page = visitor.send(&form, "/follow", &fields, &[]).await;
    page.is(StatusCode::OK).says("还没有被根覆盖");
    page.says("下一次根预计在");
    let refused = visitor.send(&form, "/follow/receipt", &fields, &[]).await;
    refused.is(StatusCode::NOT_FOUND).says("下一次根预计在");
    visitor.get("/journal").await.is(StatusCode::OK).says("还没有作出根");

    let root = site.with(|platform| platform.make_root()).unwrap().unwrap();
    assert!(site.with(|platform| platform.make_root()).unwrap().is_none(), "a size has one root");
    let page = visitor.send(&form, "/follow", &fields, &[]).await;
    page.is(StatusCode::OK).says("下载凭证");
    let file = visitor.send(&page, "/follow/receipt", &[&fields[..], &[("as", "file")]].concat(), &[]).await;
    file.is(StatusCode::OK);
    assert!(
        file.headers["content-disposition"].to_str().unwrap().starts_with("attachment; filename*=UTF-8''")
    );
    assert!(!file.text.contains("11010519491231002X") && !file.text.contains("演示申请人"));
    let trusted = [root.keys().fingerprint()];
    let proof = Proof::parse(&file.text).unwrap();
    assert_eq!(proof.faults(Some(&trusted)), []);
    let page = visitor.send(&page, "/follow/receipt", &[&fields[..], &[("as", "page")]].concat(), &[]).await;
    page.is(StatusCode::OK).says(&root.root());

    citizen.get(&format!("/cases/{case}")).await.is(StatusCode::OK).says("下载凭证");
    let own = citizen.get(&format!("/cases/{case}/receipt")).await;
    assert_eq!(own.is(StatusCode::OK).text, file.text);
    citizen.get(&format!("/cases/{case}/receipt/print")).await.is(StatusCode::OK).says("日志凭证");
    let mut stranger = site.signed_in("stranger").await;
    stranger.get(&format!("/cases/{case}/receipt")).await.is(StatusCode::NOT_FOUND);
    let wrong = [("number", number.as_str()), ("code", "AAAAA-AAAAA")];
    let refused = visitor.send(&form, "/follow/receipt", &wrong, &[]).await;
    refused.is(StatusCode::UNPROCESSABLE_ENTITY).says("编号和查询码对不上");
}

#[tokio::test]
async fn roots_keys_and_growth_are_published() {
    let site = Site::new("2025-03-03");
    let mut citizen = site.signed_in("citizen").await;
    apply(&mut citizen, &[], &[]).await.is(StatusCode::OK);
    let first = site.with(|platform| platform.make_root_if_due(60)).unwrap().unwrap();
    let case = own_case(&mut citizen).await;
    let mut officer = site.signed_in("officer").await;
    officer.does(&case, "examine", &[("conclusion", "meets")], &[]).await;
    assert!(site.with(|platform| platform.make_root_if_due(60)).unwrap().is_none(), "an hour has not passed");
    site.clock.set(browse::day("2025-03-04"), 0);
    let second = site.with(|platform| platform.make_root_if_due(60)).unwrap().unwrap();
    assert!(second.size() > first.size());

    let mut public = site.browser();
    let page = public.get("/journal").await;
    page.is(StatusCode::OK).says(&second.root());
    page.says(&first.root());
    page.says(&first.keys().grouped());
    public.get("/about").await.says("/journal");
    let kept = public.get(&format!("/journal/roots/{}", first.size())).await;
    let kept = Proof::parse(&kept.is(StatusCode::OK).text).unwrap();
    assert_eq!(kept.faults(None), []);
    let all = public.get("/journal/roots.json").await;
    assert_eq!(Proof::parse(&all.is(StatusCode::OK).text).unwrap().newest(), &second);
    let keys = public.get("/journal/keys.json").await;
    let trusted = app::trusted_keys(&keys.is(StatusCode::OK).text).unwrap();
    assert!(trusted.contains(&first.keys().fingerprint()));
    let path = format!("/journal/proof?from={}&to={}", first.size(), second.size());
    let growth = public.get(&path).await;
    let growth = Proof::parse(&growth.is(StatusCode::OK).text).unwrap();
    assert_eq!(growth.faults(Some(&trusted)), []);
    assert_eq!(growth.begins_with(&kept), None);
    public.get("/journal/proof?from=999&to=1000").await.is(StatusCode::NOT_FOUND);
    public.get("/journal/roots/999").await.is(StatusCode::NOT_FOUND);
    assert_eq!(site.with(|platform| platform.verify_since(&[kept], None)).unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn witnesses_stand_beside_their_root_and_lost_roots_are_announced() {
    let (site, other) = (Site::new("2025-03-03"), Site::new("2025-03-03"));
    let mut citizen = other.signed_in("citizen").await;
    apply(&mut citizen, &[], &[]).await.is(StatusCode::OK);
    let root = other.with(|platform| platform.make_root()).unwrap().unwrap();
    let key = other.platform.store().dir().join("witness-key");
    let file = Proof::parse(&root.file().to_string()).unwrap();
    let done = app::countersign(&file, None, None, &key, "县档案馆", 1_740_000_000_000_000).unwrap();
    let countersigned = done.countersigned.clone();
    other.with(move |platform| platform.add_witness(&countersigned)).unwrap();
    let mut public = other.browser();
    let page = public.get("/journal").await;
    page.is(StatusCode::OK).says("见证：县档案馆");
    page.says(&done.countersigned.witness.keys().grouped());
    assert!(!page.text.contains("已经不再成立的根"));
    let kept = public.get(&format!("/journal/roots/{}", root.size())).await;
    let kept = Proof::parse(&kept.is(StatusCode::OK).text).unwrap();
    assert_eq!((kept.faults(None), kept.newest().witnesses().len()), (Vec::new(), 1));
    let case = own_case(&mut citizen).await;
    let printed = citizen.get(&format!("/cases/{case}/receipt/print")).await;
    printed.is(StatusCode::OK).says("见证：县档案馆");

    // A journal that was brought back without what that root covers.
    let published = root.clone();
    let lost = site
        .with(move |platform| platform.enter_published(std::slice::from_ref(&published), &[], "磁盘<损坏>"));
    let lost = lost.unwrap();
    assert_eq!(lost.len(), 1);
    let mut public = site.browser();
    let page = public.get("/journal").await;
    page.is(StatusCode::OK).says("已经不再成立的根");
    page.says("磁盘&lt;损坏&gt;");
    page.says(&root.root());
    let file = public.get(&format!("/journal/lost/{}", root.root())).await;
    file.is(StatusCode::OK).says("磁盘<损坏>");
    assert_eq!(Proof::parse(&file.text).unwrap().newest(), &root);
    public.get("/journal/lost/00").await.is(StatusCode::NOT_FOUND);
    public.get("/journal/roots.json").await.is(StatusCode::OK).says("\"lost_at\"");
    let path = format!("/journal/proof?from={0}&to={0}", root.size());
    public.get(&path).await.is(StatusCode::UNPROCESSABLE_ENTITY).says("不再成立");
}

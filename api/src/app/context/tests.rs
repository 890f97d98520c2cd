use anze_domain::{
    EventName, Vocabulary,
    access::{Port, Role},
};
use anze_persistence::{Direction, PageRequest, identity::organization};

use super::*;
use crate::{
    app::clock::FixedClock,
    identity::{administrator, organization::steps},
    testing,
};

/// What an app does offline, and a batch, has no request: it calls the same step, as its caller and at its time.
#[actix_web::test]
async fn a_step_is_called_without_a_request() {
    let now = DateTime::from_timestamp(1_760_000_000, 0).unwrap();
    let app = Arc::new(App::open(testing::settings(), FixedClock::at(now)).unwrap());
    let clock = Arc::clone(&app.clock);
    let id = app
        .store
        .write(move |db| -> Result<_, ApiError> {
            let mut context = SystemWriteContext::of_platform(db, now, clock.as_ref());
            let (mobile, code) = ("13806000003".parse()?, "913502007000000019".parse()?);
            administrator::steps::create(&mut context, "first", "hash", &mobile, &code)?;
            Ok(or_not_found(organization::first_of(db, Port::Association)?)?.id)
        })
        .await
        .unwrap();
    let done_at = now + chrono::TimeDelta::hours(1);
    let suspended_by = |port| {
        let caller = Caller {
            who: Who::User(Uuid::from_u128(7)),
            organization_id: Some(Id::new(Uuid::from_u128(8))),
            port: Some(port),
            role: Role::Admin,
            ..Caller::NOBODY
        };
        let context = ContextBase::new(Arc::clone(&app), Arc::new(caller), done_at, "offline-1".to_owned());
        app.store.write(move |db| {
            let (it, ()) = steps::suspend(&mut context.writing(db), id.uuid(), &IfMatch::Any, "注销")?;
            Ok::<_, ApiError>(it.version)
        })
    };
    let refused = suspended_by(Port::Owner).await.unwrap_err();
    assert_eq!(refused.problem(Language::English, None, None).code, "forbidden");
    assert_eq!(suspended_by(Port::Association).await.unwrap(), 2);
    let page = PageRequest { after: None, limit: 1, direction: Direction::Descending };
    let last = app.store.read(move |db| event::list(db, id, &page)).await.unwrap().items.remove(0);
    assert_eq!(
        (last.name.as_str(), last.actor_id()),
        (EventName::OrganizationSuspended.code(), Some(Uuid::from_u128(7)))
    );
    assert_eq!((last.request_id.as_str(), last.occurred_at()), ("offline-1", done_at));
}

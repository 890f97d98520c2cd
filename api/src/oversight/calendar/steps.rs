//! Steps that change subscriptions of calendars.

use anze_domain::{
    Event, EventName, Id, RecordKind,
    base::id::{CalendarSubscriptionId, UserId},
    oversight::calendar::check_more_subscriptions,
};
use anze_persistence::{
    identity::user,
    oversight::calendar::subscription::{self as store, CalendarSubscription},
    store::event,
};

use crate::{
    app::{
        context::{WriteContext, or_not_found},
        tokens::PlainToken,
    },
    http::{language::Language, problem::ApiError},
};

/// Makes a subscription of the caller's calendar.
pub fn create(
    tx: &mut WriteContext<'_, '_>,
    name: &str,
    language: Language,
) -> Result<(CalendarSubscription, PlainToken), ApiError> {
    let user_id = UserId::new(tx.caller.id());
    let user = or_not_found(user::find(tx.db, user_id)?)?;
    // Two at the same moment are counted one after the other.
    event::lock(tx.db, user.stream())?;
    check_more_subscriptions(store::count(tx.db, user_id)?)?;
    let plain = PlainToken::new_calendar_token();
    let it = CalendarSubscription {
        id: Id::new(tx.new_id()),
        user_id,
        name: name.to_owned(),
        language: language.tag().to_owned(),
        last_used_at: None,
        created_at: tx.now(),
    };
    store::insert(tx.db, &it, &plain.digest())?;
    let event = Event::new(EventName::CalendarSubscriptionCreated, RecordKind::CalendarSubscription, it.id);
    tx.append(user.stream(), &event)?;
    Ok((it, plain))
}

/// Revokes one of the caller's subscriptions.
pub fn revoke(tx: &mut WriteContext<'_, '_>, id: CalendarSubscriptionId) -> Result<(), ApiError> {
    let user_id = UserId::new(tx.caller.id());
    let user = or_not_found(user::find(tx.db, user_id)?)?;
    if !store::remove(tx.db, user_id, id)? {
        return Err(ApiError::not_found());
    }
    let event = Event::new(EventName::CalendarSubscriptionRevoked, RecordKind::CalendarSubscription, id);
    tx.append(user.stream(), &event)?;
    Ok(())
}

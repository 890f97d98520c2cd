//! Registrations that will lapse are announced, and what a lapsed one carried is left (A9.1): by the platform
//! itself, each once, whichever node comes first.

use anze_domain::{
    FactName, RecordKind,
    base::id::ExpertId,
    calendar::working_calendar::shanghai_date,
    identity::notification::{Notification, NotificationKind, Recipients, masked_name},
    library::{
        qualification::Pool,
        standing::{Lapse, LapseNotice, listed},
    },
    service::visit::GroupDeparture,
};
use anze_persistence::{
    ChangeError, StoreError,
    library::{
        expert,
        standing::{self as store, Lapsing},
    },
    store::event::Author,
};

use crate::{
    app::{context::SystemWriteContext, state::App},
    library::group_departure,
};

/// Experts looked at in one query.
const AT_ONCE: i64 = 500;

/// One round: whatever is to be said today.
///
/// # Errors
/// The store's.
pub async fn tell(app: &App) -> Result<(), StoreError> {
    let (now, mut after) = (app.clock.now(), None);
    let today = shanghai_date(now);
    loop {
        let Lapsing { due, last } =
            app.store.read_long(move |db| store::lapsing(db, today, after, AT_ONCE)).await?;
        for id in due {
            let clock = std::sync::Arc::clone(&app.clock);
            let told = app
                .store
                .write(move |db| {
                    let author = Author::system(now);
                    tell_one(&mut SystemWriteContext { db, author, now, clock: clock.as_ref() }, id)
                })
                .await;
            if let Err(error) = told {
                log::warn!("registration of expert {id}: {error}");
            }
        }
        if last.is_none() {
            return Ok(());
        }
        after = last;
    }
}

/// Says what is to be said of one registration, unless another node has said it meanwhile.
fn tell_one(context: &mut SystemWriteContext<'_, '_>, id: ExpertId) -> Result<(), ChangeError> {
    let today = shanghai_date(context.now);
    let groups = group_departure::lock::of_expert(context.db, id)?;
    let Some(expert) = expert::find(context.db, id)? else { return Ok(()) };
    let Some(until) = expert.registered_until() else { return Ok(()) };
    let said = store::lapse_said(context.db, id, until)?;
    let Some(Lapse { expert, event, notice, days, left, .. }) = expert.lapse(said, today) else {
        return Ok(());
    };
    store::say_lapse(context.db, id, until, notice, context.now)?;
    context.append(id, &event)?;
    let kind =
        if notice == LapseNotice::Lapsed { NotificationKind::Lapsed } else { NotificationKind::LapseAhead };
    let notification = Notification::new(kind, RecordKind::Expert, id, format!("{until} {notice}"))
        .fact(FactName::Expert, masked_name(&expert.name))
        .fact(FactName::Until, until)
        .fact(FactName::Days, days)
        .fact(FactName::Left, listed(&left));
    context.notify(&[(Recipients::association().expert(id), notification)])?;
    if left.is_empty() {
        return Ok(());
    }
    let expert = expert::save(context.db, expert, context.now)?;
    let member = expert.pools.contains(&Pool::Member);
    group_departure::leave(context, &expert, &groups, |expert, visit| {
        let leads = visit.leader_id == Some(expert.id.uuid());
        (leads || !member).then_some(GroupDeparture::Lapsed)
    })
}

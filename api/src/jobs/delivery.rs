//! Sends what is to go by e-mail.
//!
//! A node claims a delivery for an attempt, asks whether the mail server answers, notes that the message is handed over, and hands
//! it over. A node that ends before the note leaves the delivery to the next attempt. One that ends behind it leaves a delivery
//! whose outcome nobody knows: it is not sent again, as nobody is told the same twice.

use std::time::Duration;

use actix_web::web;
use anze_domain::{
    identity::delivery::{AfterAttempt, AttemptOutcome, DeliveryKind, after_attempt},
    oversight::wording,
};
use anze_persistence::identity::{
    delivery::{self as store, Delivery},
    notification, user,
};
use chrono::TimeDelta;
use uuid::Uuid;

use crate::{
    app::{
        criteria::criteria,
        mail::{Attempted, Mailer},
        secrets::Purpose,
        state::App,
    },
    http::{language::Language, problem::ApiError},
    identity::email::{Letter, letter_of_notification, letter_with_code},
};

/// Pause between looks at what is due.
const PAUSE: Duration = Duration::from_secs(2);
/// How many deliveries are taken up at once.
const BATCH_SIZE: i64 = 50;
/// How long a claimed delivery waits for the node that claimed it.
const LEASE: TimeDelta = TimeDelta::minutes(5);

/// Sends what is due until the server stops. Does nothing where no mail server is set.
pub async fn run_deliveries(app: web::Data<App>) {
    let Some(mailer) = Mailer::of(&app.settings) else { return };
    loop {
        if let Err(error) = run_round(&app, &mailer).await {
            log::warn!("deliveries: {error}");
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Makes one attempt at each delivery that is due.
///
/// # Errors
/// Where the database fails.
pub async fn run_round(app: &App, mailer: &Mailer) -> Result<(), ApiError> {
    let now = app.clock.now();
    app.store
        .write(move |db| store::end_unheard(db, now - LEASE, now, BATCH_SIZE))
        .await
        .map_err(ApiError::from)?;
    let due = app.store.read(move |db| Ok::<_, ApiError>(store::due(db, now, BATCH_SIZE)?)).await?;
    if due.is_empty() {
        return Ok(());
    }
    // Where the mail server is away, nothing is begun.
    let reached = mailer.reach().await;
    for id in due {
        attempt(app, mailer, &reached, id).await?;
    }
    Ok(())
}

/// Makes an attempt at a delivery, unless another node has taken it up.
async fn attempt(
    app: &App,
    mailer: &Mailer,
    reached: &Result<(), Attempted>,
    id: Uuid,
) -> Result<(), ApiError> {
    let now = app.clock.now();
    let claimed =
        app.store.write(move |db| store::claim(db, id, now, LEASE)).await.map_err(ApiError::from)?;
    let Some(delivery) = claimed else { return Ok(()) };
    let worthless = now - delivery.created_at() >= delivery.kind().worth_sending_for();
    let attempted = match reached {
        _ if worthless => Some(Attempted {
            outcome: AttemptOutcome::Refused,
            detail: "it is too late to be of use".to_owned(),
        }),
        Err(away) => Some(away.clone()),
        Ok(()) => hand_over(app, mailer, &delivery).await?,
    };
    let Some(attempted) = attempted else { return Ok(()) };
    let then = after_attempt(delivery.attempts(), attempted.outcome);
    if !matches!(attempted.outcome, AttemptOutcome::Sent) {
        log::warn!("delivery {id}: {}: {}", describe(then), attempted.detail);
    }
    let (now, outcome) = (app.clock.now(), attempted.outcome);
    app.store
        .write(move |db| store::finish(db, &delivery, outcome, &attempted.detail, then, now))
        .await
        .map_err(ApiError::from)
}

const fn describe(then: AfterAttempt) -> &'static str {
    match then {
        AfterAttempt::Over(_) => "given up",
        AfterAttempt::Again(_) => "is tried again",
    }
}

/// Hands the message to the mail server: none where the claim no longer holds.
async fn hand_over(app: &App, mailer: &Mailer, delivery: &Delivery) -> Result<Option<Attempted>, ApiError> {
    let refused = |detail: String| Some(Attempted { outcome: AttemptOutcome::Refused, detail });
    let Some((to, letter)) = letter(app, delivery).await? else {
        return Ok(refused("there is nothing to send".to_owned()));
    };
    let message = match mailer.message(&delivery.id().to_string(), &to, &letter.subject, letter.text) {
        Ok(message) => message,
        Err(detail) => return Ok(refused(detail)),
    };
    let (mine, now) = (delivery.clone(), app.clock.now());
    if !app.store.write(move |db| store::begin_sending(db, &mine, now)).await.map_err(ApiError::from)? {
        return Ok(None);
    }
    Ok(Some(mailer.send(message).await))
}

/// The address and the letter of a delivery: none where there is nothing to tell, or the code cannot be opened.
async fn letter(app: &App, delivery: &Delivery) -> Result<Option<(String, Letter)>, ApiError> {
    let (user_id, id) = (delivery.user_id(), delivery.id());
    let is_notification = delivery.kind() == DeliveryKind::Notification;
    let (user, sent) = app
        .store
        .read(move |db| {
            let sent = if is_notification { notification::find(db, id)? } else { None };
            Ok::<_, ApiError>((user::find(db, user_id)?, sent))
        })
        .await?;
    let Some(user) = user else { return Ok(None) };
    let language = Language::from_tag(&delivery.language);
    let letter = match (sent, &delivery.sealed_code) {
        (Some(sent), _) => {
            let text = wording::notification(criteria().ok(), sent.kind(), &sent.subject, sent.facts());
            Some(letter_of_notification(&user.display_name, sent.kind(), text, language))
        }
        (None, Some(sealed)) => {
            let code =
                app.keys.open(Purpose::EmailCode, sealed).ok().and_then(|code| String::from_utf8(code).ok());
            code.and_then(|code| letter_with_code(&user.display_name, delivery.kind(), &code, language))
        }
        (None, None) => None,
    };
    Ok(letter.map(|letter| (delivery.address.clone(), letter)))
}

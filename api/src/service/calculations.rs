//! Open calculations: no login, nothing is kept.

use actix_web::{get, http::StatusCode, post, web};
use anze_domain::{
    Money,
    calendar::working_calendar::{Deadline, shanghai_date},
    service::fee::{self, CostLine, Quote},
};
use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use validator::{Validate, ValidationErrors};

use crate::{
    app::state::App,
    http::{
        extract::{Json, Query},
        problem::ApiError,
        respond::Reply,
        schema::{Amount, Quantity, Term},
    },
    wire::terms::FeeModeTerm,
};

/// Which deadline.
// Not imported: the lint would find fault with what `utoipa::path` writes.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DeadlineQuery {
    /// When it ended, at any offset.
    #[param(example = "2026-02-13T16:30:00+08:00")]
    pub ended_at: DateTime<Utc>,
    /// How many working days there are.
    #[param(minimum = 1, maximum = 60, example = 2)]
    pub working_days: u32,
}

/// The end of a period of working days.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Deadline)]
pub struct DeadlineOut {
    /// The last counted working day, a date in Asia/Shanghai.
    #[schema(example = "2026-02-24")]
    pub due_on: NaiveDate,
    /// 24:00 of that day.
    #[schema(example = "2026-02-24T16:00:00Z")]
    pub due_at: DateTime<Utc>,
    /// The period touches a year whose calendar is not published yet; the deadline may still move.
    #[schema(example = false)]
    pub provisional: bool,
    /// The working days that were counted.
    #[schema(max_items = 60, example = json!(["2026-02-14", "2026-02-24"]))]
    pub counted_days: Vec<NaiveDate>,
}

impl From<Deadline> for DeadlineOut {
    fn from(deadline: Deadline) -> Self {
        let Deadline { due_on, due_at, provisional, counted_days } = deadline;
        Self { due_on, due_at, provisional, counted_days }
    }
}

/// 工作日期限 · Compute a deadline in working days
///
/// The day on which it ended does not count; holidays and make-up working days are those that the State
/// Council has published. Rule A14.1.
#[utoipa::path(tag = "calculations", security(()), params(DeadlineQuery), responses(
    (status = 200, description = "The deadline", body = DeadlineOut),
))]
#[get("/deadlines")]
pub(crate) async fn get_deadline(
    app: web::Data<App>,
    Query(query): Query<DeadlineQuery>,
) -> Result<Reply, ApiError> {
    let deadline = app.calendars.deadline(query.ended_at, query.working_days)?;
    Reply::json(StatusCode::OK, &DeadlineOut::from(deadline))
}

/// What a fee is quoted from.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(tag = "mode", rename_all = "snake_case", deny_unknown_fields)]
#[schema(as = FeeQuoteRequest)]
pub enum FeeQuoteIn {
    /// As a share of the premium (A3.1).
    PremiumRatio {
        /// The policy's whole premium.
        premium_total: Amount,
        /// The fee.
        fee: Amount,
    },
    /// At actual cost, line by line (A3.2).
    ActualCost {
        /// The policy's whole premium.
        premium_total: Amount,
        /// What is charged.
        #[schema(min_items = 1, max_items = 200)]
        lines: Vec<CostLineIn>,
    },
}

impl Validate for FeeQuoteIn {
    fn validate(&self) -> Result<(), ValidationErrors> {
        Ok(())
    }
}

/// A line of a fee at actual cost.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CostLine)]
pub struct CostLineIn {
    /// What is charged.
    #[schema(min_length = 1, max_length = 100, example = "现场检查")]
    pub item: String,
    /// In what it is counted.
    #[schema(min_length = 1, max_length = 20, example = "次")]
    pub unit: String,
    /// How many.
    pub quantity: Quantity,
    /// Price of one, in CNY.
    pub unit_price: Quantity,
}

impl From<CostLineIn> for CostLine {
    fn from(line: CostLineIn) -> Self {
        let CostLineIn { item, unit, quantity, unit_price } = line;
        Self { item, unit, quantity: quantity.0, unit_price: unit_price.0 }
    }
}

impl From<&CostLine> for CostLineIn {
    fn from(line: &CostLine) -> Self {
        Self {
            item: line.item.clone(),
            unit: line.unit.clone(),
            quantity: Quantity(line.quantity),
            unit_price: Quantity(line.unit_price),
        }
    }
}

/// What a fee comes to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FeeQuote)]
pub struct FeeQuoteOut {
    /// How it is computed.
    pub mode: FeeModeTerm,
    /// The premium it is set against.
    pub premium_total: Amount,
    /// {A3.1}% of the premium; it binds where the fee is a share of the premium.
    pub cap: Amount,
    /// The fee.
    pub fee: Amount,
    /// The fee as a share of the premium, six places; absent where the premium is nothing.
    #[serde(skip_serializing_if = "Option::is_none", with = "rust_decimal::serde::str_option")]
    #[schema(value_type = String, required = false, nullable = false, max_length = 24,
        pattern = r"^[0-9]+\.[0-9]{6}$", example = "0.210000")]
    pub share_of_premium: Option<Decimal>,
    /// Whether it keeps within the cap; absent where the cap does not bind.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub within_cap: Option<bool>,
}

impl From<Quote> for FeeQuoteOut {
    fn from(quote: Quote) -> Self {
        let Quote { mode, premium_total, cap, fee, share_of_premium, within_cap } = quote;
        let amount = |money: Money| Amount(money);
        Self {
            mode: Term(mode),
            premium_total: amount(premium_total),
            cap: amount(cap),
            fee: amount(fee),
            share_of_premium,
            within_cap,
        }
    }
}

/// 服务费试算 · Quote a service fee
///
/// Rules A3.1 and A3.2, to the fen. Nothing is kept, hence no `Idempotency-Key`.
#[utoipa::path(tag = "calculations", security(()),
    request_body(content = FeeQuoteIn, examples(
        ("premium_ratio" = (summary = "As a share of the premium", value = json!({
            "mode": "premium_ratio", "premium_total": "100000.03", "fee": "21000.01"}))),
        ("actual_cost" = (summary = "At actual cost", value = json!({
            "mode": "actual_cost", "premium_total": "100000.00", "lines": [
                {"item": "现场检查", "unit": "次", "quantity": "4", "unit_price": "3000.00"}]}))),
    )),
    responses((status = 200, description = "The quote", body = FeeQuoteOut)))]
#[post("/fee-quotes")]
pub(crate) async fn quote_fee(app: web::Data<App>, Json(input): Json<FeeQuoteIn>) -> Result<Reply, ApiError> {
    let today = shanghai_date(app.clock.now());
    let quote = match input {
        FeeQuoteIn::PremiumRatio { premium_total, fee } => {
            fee::quote_premium_ratio(premium_total.0, fee.0, today)
        }
        FeeQuoteIn::ActualCost { premium_total, lines } => {
            let lines: Vec<_> = lines.into_iter().map(CostLine::from).collect();
            fee::quote_actual_cost(premium_total.0, &lines, today)?
        }
    };
    Reply::json(StatusCode::OK, &FeeQuoteOut::from(quote))
}

/// Mounts the calculations.
pub fn mount(config: &mut ServiceConfig<'_>) {
    config.service(get_deadline).service(quote_fee);
}

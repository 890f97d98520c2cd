//! Open calculations: no login, nothing is kept.

use actix_web::{get, http::StatusCode, post, web};
use anze_domain::{
    Money,
    base::regulation::{FEE_CAP_PERCENT, as_ratio},
    calendar::working_calendar::{Deadline, shanghai_date},
    service::fee::{self, CostLine, Quote},
};
use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use validator::Validate;

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
    /// Instant at which the service ended (RFC 3339, with any offset).
    #[param(example = "2026-02-13T16:30:00+08:00")]
    pub ended_at: DateTime<Utc>,
    /// Number of working days in the period. For the material of a visit it is {A14.1} (A14.1).
    #[param(minimum = 1, maximum = 60, example = 2)]
    pub working_days: u32,
}

/// End of a period of working days, with the days that were counted.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Deadline)]
pub struct DeadlineOut {
    /// Last counted working day (date in Xiamen).
    #[schema(example = "2026-02-24")]
    pub due_on: NaiveDate,
    /// End of that day, 24:00 in Xiamen (RFC 3339, UTC). This instant itself is still on time.
    #[schema(example = "2026-02-24T16:00:00Z")]
    pub due_at: DateTime<Utc>,
    /// Whether the period touches a year without a published working calendar. The deadline may then still
    /// move.
    #[schema(example = false)]
    pub provisional: bool,
    /// Working days that were counted, in their order (dates in Xiamen).
    #[schema(max_items = 60, example = json!(["2026-02-14", "2026-02-24"]))]
    pub counted_days: Vec<NaiveDate>,
}

impl From<Deadline> for DeadlineOut {
    fn from(deadline: Deadline) -> Self {
        let Deadline { due_on, due_at, provisional, counted_days } = deadline;
        Self { due_on, due_at, provisional, counted_days }
    }
}

/// Compute a deadline in working days
///
/// Computes the end of a period of working days, by the rule for the material of visits (A14.1). The day on
/// which the service ended does not count; the period ends at 24:00 of its last working day in Xiamen.
/// Holidays and make-up working days are those that the State Council has published. For a year that is not
/// published, every weekday counts. Nothing is stored.
#[utoipa::path(tag = "calculations", security(()), params(DeadlineQuery), responses(
    (status = 200, description = "The deadline with its counted days.", body = DeadlineOut),
))]
#[get("/deadlines")]
pub(crate) async fn get_deadline(
    app: web::Data<App>,
    Query(query): Query<DeadlineQuery>,
) -> Result<Reply, ApiError> {
    let deadline = app.calendars.deadline(query.ended_at, query.working_days)?;
    Reply::json(StatusCode::OK, &DeadlineOut::from(deadline))
}

/// Premium and fee of a quote, by one of the two fee modes.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct FeeQuoteInput {
    /// Way in which the fee is computed: share of the premium (A3.1) or actual cost (A3.2).
    pub fee_mode: FeeModeTerm,
    /// Total premium of the policy, in CNY.
    pub premium_total: Amount,
    /// Fee in CNY. Required by premium ratio. At actual cost it may be left out; if given, it must equal the sum
    /// of the cost lines (A3.2).
    pub fee: Option<Amount>,
    /// Cost lines whose exact sum is the fee at actual cost (A3.2). Empty by premium ratio.
    #[serde(default)]
    #[schema(max_items = 200)]
    pub cost_lines: Vec<CostLineIo>,
}

/// Cost line of a fee at actual cost (A3.2). Its amount is quantity times unit price.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CostLine)]
pub struct CostLineIo {
    /// Item that is charged, in words.
    #[schema(min_length = 1, max_length = 200, pattern = r"\S", example = "现场检查")]
    pub item: String,
    /// Unit in which the quantity is counted, such as visits or person-days.
    #[schema(min_length = 1, max_length = 20, pattern = r"\S", example = "次")]
    pub unit: String,
    /// Number of units, above 0, with at most four decimal places.
    pub quantity: Quantity,
    /// Price of one unit in CNY, with at most four decimal places.
    pub unit_price: Quantity,
}

impl From<CostLineIo> for CostLine {
    fn from(line: CostLineIo) -> Self {
        let CostLineIo { item, unit, quantity, unit_price } = line;
        Self { item, unit, quantity: quantity.0, unit_price: unit_price.0 }
    }
}

impl From<&CostLine> for CostLineIo {
    fn from(line: &CostLine) -> Self {
        Self {
            item: line.item.clone(),
            unit: line.unit.clone(),
            quantity: Quantity(line.quantity),
            unit_price: Quantity(line.unit_price),
        }
    }
}

/// Fee with its cap and its share of the premium.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FeeQuote)]
pub struct FeeQuoteOut {
    /// Fee mode by which the fee was computed.
    pub fee_mode: FeeModeTerm,
    /// Total premium with which the fee is compared, in CNY.
    pub premium_total: Amount,
    /// {A3.1} % of the total premium, rounded down to the fen, in CNY. It binds by premium ratio (A3.1) and
    /// is shown for comparison at actual cost.
    pub cap: Amount,
    /// Fee in CNY: as given by premium ratio, the exact sum of the lines at actual cost.
    pub fee: Amount,
    /// Fee as a share of the total premium, as a ratio with six decimal places. Absent if the premium is
    /// zero.
    #[serde(skip_serializing_if = "Option::is_none", with = "rust_decimal::serde::str_option")]
    #[schema(value_type = String, required = false, nullable = false, max_length = 24,
        pattern = r"^[0-9]+\.[0-9]{6}$", example = json!(as_ratio(FEE_CAP_PERCENT.first.1)))]
    pub share_of_premium: Option<Decimal>,
    /// Whether the fee is at most the cap. Absent at actual cost, where the cap does not bind.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub within_cap: Option<bool>,
}

impl From<Quote> for FeeQuoteOut {
    fn from(quote: Quote) -> Self {
        let Quote { mode, premium_total, cap, fee, share_of_premium, within_cap } = quote;
        let amount = |money: Money| Amount(money);
        Self {
            fee_mode: Term(mode),
            premium_total: amount(premium_total),
            cap: amount(cap),
            fee: amount(fee),
            share_of_premium,
            within_cap,
        }
    }
}

/// The premium of the example.
const EXAMPLE_PREMIUM: &str = "100000.03";

/// The example of a fee: one fen above the cap, by the share of the measures' first day.
fn example_fee() -> Amount {
    let (day, _) = FEE_CAP_PERCENT.first;
    let premium = EXAMPLE_PREMIUM.parse().unwrap_or(Money::ZERO);
    let above = fee::cap(premium, day).fen().saturating_add(1);
    Amount(Money::from_fen(above).unwrap_or(Money::ZERO))
}

/// Quote a service fee
///
/// Computes a service fee with its cap and its share of the premium, to the fen (A3.1, A3.2). The cap is
/// taken of the total premium, with the percentage in force today. It considers no other fee of the policy.
/// The sum of the cost lines must be a whole number of fen. Nothing is stored, and the request needs
/// no `Idempotency-Key`.
#[utoipa::path(tag = "calculations", security(()),
    request_body(content = FeeQuoteInput, examples(
        ("premium_ratio" = (summary = "As a share of the premium", value = json!({
            "fee_mode": "premium_ratio", "premium_total": EXAMPLE_PREMIUM, "fee": example_fee()}))),
        ("actual_cost" = (summary = "At actual cost", value = json!({
            "fee_mode": "actual_cost", "premium_total": "100000.00", "cost_lines": [
                {"item": "现场检查", "unit": "次", "quantity": "4", "unit_price": "3000.00"}]}))),
    )),
    responses((status = 200, description = "The quote with its cap.", body = FeeQuoteOut)))]
#[post("/fee-quotes")]
pub(crate) async fn quote_fee(
    app: web::Data<App>,
    Json(input): Json<FeeQuoteInput>,
) -> Result<Reply, ApiError> {
    let today = shanghai_date(app.clock.now());
    let FeeQuoteInput { fee_mode, premium_total, fee, cost_lines } = input;
    let cost_lines: Vec<_> = cost_lines.into_iter().map(CostLine::from).collect();
    let fee = fee.map(|amount| amount.0);
    let quote = fee::quote(fee_mode.0, premium_total.0, fee, &cost_lines, today)?;
    Reply::json(StatusCode::OK, &FeeQuoteOut::from(quote))
}

/// Mounts the calculations.
pub fn mount(config: &mut ServiceConfig<'_>) {
    config.service(get_deadline).service(quote_fee);
}

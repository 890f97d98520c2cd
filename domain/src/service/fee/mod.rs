//! Service fees (服务费): the cap as a share of the premium (A3.1), and actual cost by its lines (A3.2).

mod actual_cost;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::{
    Money, Violation,
    base::regulation::{FEE_CAP_PERCENT, Provision},
    vocabulary,
};
pub use actual_cost::{CostLine, MAX_COST_LINES, actual_cost_total};

crate::codes! {
    FEE_CAP_EXCEEDED = "fee_cap_exceeded", Conflict, Some("A3.1"),
        "服务费超过保费的 {A3.1}%" / "上限为 {cap}，同一保单已委托 {committed}，本次 {fee}，剩余 {remaining}。",
        "Fees exceed {A3.1}% of the premium" / "The cap is {cap}. Fees of {committed} are already commissioned on this policy. This fee is {fee}, and {remaining} remain.";
    COST_LINES_REQUIRED = "cost_lines_required", Invalid, Some("A3.2"),
        "缺少据实计算明细" / "据实计算方式须列出明细（项目、单位、数量、单价）。",
        "Cost lines required" / "A fee at actual cost requires cost lines with item, unit, quantity and unit price.";
    COST_LINES_NOT_ALLOWED = "cost_lines_not_allowed", Invalid, Some("A3.1"),
        "不得填写明细" / "按保费比例收费的，不得填写据实计算明细。",
        "Cost lines not allowed" / "A fee by premium ratio has no cost lines.";
    FEE_REQUIRED = "fee_required", Invalid, Some("A3.1"),
        "须填写服务费" / "按保费比例收费的，须填写服务费金额。",
        "Fee required" / "State the amount of a fee by premium ratio.";
    FEE_NOT_THE_SUM = "fee_not_the_sum", Invalid, Some("A3.2"),
        "服务费与明细不符" / "服务费须等于明细合计 {sum}。",
        "Fee differs from the sum of its lines" / "The fee must be the sum of its cost lines, {sum}.";
    FEE_NOT_WHOLE_FEN = "fee_not_whole_fen", Invalid, Some("A3.2"),
        "合计金额不是整分" / "各行金额的精确合计为 {total} 元，不是整分；请调整数量或单价。",
        "Total not in whole fen" / "The exact sum of the lines is CNY {total}, which is not a whole number of fen. Adjust a quantity or a unit price.";
    COST_LINES_COUNT = "cost_lines_count", Invalid, Some("A3.2"),
        "明细行数不符合要求" / "据实计算须列 1 至 {maximum} 行明细，现为 {count} 行。",
        "Number of cost lines out of range" / "A fee at actual cost has 1 to {maximum} cost lines. This one has {count}.";
    COST_TEXT_INVALID = "cost_text_invalid", Invalid, Some("A3.2"),
        "项目名称或单位不符合要求" / "项目名称和单位不得为空，且不得超过 {maximum} 个字符。",
        "Item or unit not valid" / "Item and unit must not be blank and have at most {maximum} characters.";
    COST_QUANTITY_INVALID = "cost_quantity_invalid", Invalid, Some("A3.2"),
        "数量不符合要求" / "数量须大于 0，至多四位小数。",
        "Quantity not valid" / "A quantity must be greater than 0 and has at most four decimal places.";
    COST_UNIT_PRICE_INVALID = "cost_unit_price_invalid", Invalid, Some("A3.2"),
        "单价不符合要求" / "单价不得小于 0，至多四位小数。",
        "Unit price not valid" / "A unit price must not be below 0 and has at most four decimal places.";
    COST_LINE_TOO_LARGE = "cost_line_too_large", Invalid, Some("A3.2"),
        "明细金额超出范围" / "数量与单价之积不得超过 {maximum}。",
        "Cost line out of range" / "Quantity times unit price must not exceed {maximum}.";
}

vocabulary! {
    /// Ways in which a service fee is computed (A3.1, A3.2).
    pub enum FeeMode {
        PremiumRatio = "premium_ratio" / "按保费比例" / "share of the premium",
        ActualCost = "actual_cost" / "据实计算" / "actual cost",
    }
}

/// Places to which a share of the premium is rounded.
const SHARE_PLACES: u32 = 6;

/// The most that all fees against a policy may come to: the share of its premium that held on the day, rounded down to the
/// fen (A3.1).
#[must_use]
pub fn cap(premium: Money, on: NaiveDate) -> Money {
    cap_by(&FEE_CAP_PERCENT, premium, on)
}

fn cap_by(percent: &Provision<u32>, premium: Money, on: NaiveDate) -> Money {
    // Below the premium, hence always an amount; were it none, nothing would be the side to err on.
    let percent = i64::from(percent.on(on));
    Money::from_fen(premium.fen().saturating_mul(percent) / 100).unwrap_or(Money::ZERO)
}

/// Whether a fee keeps within the cap together with all that is commissioned elsewhere on the policy (A3.1).
///
/// `base` is the premium that the share is taken of, `on` the day whose share it is.
///
/// # Errors
/// [`FEE_CAP_EXCEEDED`] where the sum is one fen or more above the cap.
pub fn check_cap(
    base: Money,
    on: NaiveDate,
    committed_elsewhere: Money,
    fee: Money,
) -> Result<(), Violation> {
    let cap = cap(base, on);
    if committed_elsewhere.fen().saturating_add(fee.fen()) <= cap.fen() {
        return Ok(());
    }
    Err(Violation::new(FEE_CAP_EXCEEDED)
        .with(FEE_CAP_PERCENT.rule, FEE_CAP_PERCENT.on(on))
        .with("cap", cap)
        .with("committed", committed_elsewhere)
        .with("fee", fee)
        .with("remaining", cap.less(committed_elsewhere)))
}

/// The fee as a share of the premium (A3.2), as a ratio with six places rounded half up: 21% is `0.210000`.
///
/// None where the premium is nothing.
#[must_use]
pub fn share_of_premium(fee: Money, premium: Money) -> Option<Decimal> {
    let (fee, premium) = (i128::from(fee.fen()), i128::from(premium.fen()));
    let doubled = fee.checked_mul(2 * 10_i128.pow(SHARE_PLACES))?.checked_add(premium)?;
    Decimal::try_from_i128_with_scale(doubled.checked_div(premium.checked_mul(2)?)?, SHARE_PLACES).ok()
}

/// What a fee comes to, before anything is commissioned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    /// How it is computed.
    pub mode: FeeMode,
    /// The premium that it is set against.
    pub premium_total: Money,
    /// The cap of A3.1; binding in [`FeeMode::PremiumRatio`], for comparison otherwise.
    pub cap: Money,
    /// The fee.
    pub fee: Money,
    /// The fee as a share of the premium, always shown (A3.2); none where the premium is nothing.
    pub share_of_premium: Option<Decimal>,
    /// Whether it keeps within the cap; none in [`FeeMode::ActualCost`], where the cap does not bind.
    pub within_cap: Option<bool>,
}

/// The fee that is asked for: as given, or as the sum of its lines.
///
/// # Errors
/// What contradicts the mode (A3.1, A3.2), with the fields `fee` and `cost_lines`.
pub fn fee_of(mode: FeeMode, fee: Option<Money>, lines: &[CostLine]) -> Result<Money, Violation> {
    match mode {
        FeeMode::PremiumRatio if !lines.is_empty() => {
            Err(Violation::new(COST_LINES_NOT_ALLOWED).at("/cost_lines"))
        }
        FeeMode::PremiumRatio => fee.ok_or_else(|| Violation::new(FEE_REQUIRED).at("/fee")),
        FeeMode::ActualCost if lines.is_empty() => Err(Violation::new(COST_LINES_REQUIRED).at("/cost_lines")),
        FeeMode::ActualCost => {
            let sum = actual_cost_total(lines)?;
            match fee {
                Some(fee) if fee != sum => Err(Violation::new(FEE_NOT_THE_SUM).with("sum", sum).at("/fee")),
                _ => Ok(sum),
            }
        }
    }
}

/// What a fee comes to by the rules of a day (A3.1, A3.2).
///
/// # Errors
/// As [`fee_of`].
pub fn quote(
    mode: FeeMode,
    premium_total: Money,
    fee: Option<Money>,
    lines: &[CostLine],
    on: NaiveDate,
) -> Result<Quote, Violation> {
    let fee = fee_of(mode, fee, lines)?;
    let within_cap = match mode {
        FeeMode::PremiumRatio => Some(check_cap(premium_total, on, Money::ZERO, fee).is_ok()),
        FeeMode::ActualCost => None,
    };
    let share_of_premium = share_of_premium(fee, premium_total);
    Ok(Quote { mode, premium_total, cap: cap(premium_total, on), fee, share_of_premium, within_cap })
}

#[cfg(test)]
mod tests;

//! Why sessions end (会话结束原因).

use crate::vocabulary;

vocabulary! {
    /// Reasons for which a session ended before its time.
    pub enum SessionEndReason {
        Logout = "logout" / "退出登录" / "The user logged out",
        EndedByUser = "ended_by_user" / "用户结束会话" / "The user ended the session",
        RefreshTokenReused = "refresh_token_reused" / "刷新令牌被重复使用" / "A refresh token was presented twice",
    }
}

// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/node/NodeClient.h"
#include "ui/theme/Theme.h"

#include <QDialog>
#include <QFuture>
#include <QTimer>

#include <optional>

class QLabel;
class QPlainTextEdit;
class QProgressBar;
class QPushButton;

namespace hearth {

class Banner;
class WarmChoice;

// Loads users into the cache before they are needed: whom, an estimate, then progress and what failed.
//
// Keep one per window and show() it again: closing it while a job runs leaves the job running, says so through
// notify(), and tells the end the same way. GUI thread only. Borrows the node.
class WarmUsersDialog final : public QDialog
{
    Q_OBJECT

public:
    explicit WarmUsersDialog(NodeClient &node, QWidget *parent = nullptr);

    bool isRunning() const { return m_jobId.has_value() || m_isStarting; }

    void done(int result) override;

Q_SIGNALS:
    void notify(const QString &text, hearth::Tone tone = hearth::Tone::Neutral);

protected:
    void showEvent(QShowEvent *event) override;

private:
    QWidget *makeProgress();
    QWidget *makeFailures();
    QWidget *makeButtons();
    void requestChanged();
    void estimate();
    void giveUpEstimate();
    void showEstimate(const WarmEstimate &estimate);
    void start(const WarmRequest &request);
    void follow(const WarmStatus &status);
    void followLink(const NodeLink &link);
    void showProgress(const WarmStatus &status);
    void finish(const WarmStatus &status);
    void showFailures(const WarmStatus &status);
    void cancelJob();
    void retryFailed();
    void updateControls();

    NodeClient &m_node;
    QTimer m_estimateTimer;
    std::uint64_t m_estimateRequest = 0;
    QFuture<Result<WarmEstimate>> m_estimateAnswer; // given up when the choice changes
    bool m_canStart = false;
    bool m_isStarting = false;
    bool m_isCancelling = false;
    std::optional<std::uint64_t> m_jobId;
    std::optional<WarmStatus> m_lastStatus;
    std::vector<WarmStatus> m_early;       // of jobs whose number was not known yet
    WarmRequest m_started;                 // what runs, or ran last
    std::optional<WarmRequest> m_forRetry; // those of it who failed

    WarmChoice *m_choice = nullptr;
    QLabel *m_estimate = nullptr;
    QWidget *m_progressBox = nullptr;
    QProgressBar *m_progress = nullptr;
    QLabel *m_progressText = nullptr;
    Banner *m_result = nullptr;
    QWidget *m_failuresBox = nullptr;
    QPlainTextEdit *m_failures = nullptr;
    QLabel *m_moreFailures = nullptr;
    QPushButton *m_retry = nullptr;
    QPushButton *m_close = nullptr;
    QPushButton *m_cancelJob = nullptr;
    QPushButton *m_start = nullptr;
};

// "120 of 388 · 95 /s · about 3 s left"
QString warmProgressText(const WarmStatus &status);
// "Warmed 380 users, 24 were cached already, 2 are unknown, 6 failed, in 4.2 s."
QString warmResultText(const WarmStatus &status);
// "412 users, 388 not cached, one query"; with a limit of users a second: "…, 8 queries, about 1 s"
QString warmEstimateText(const WarmEstimate &estimate, std::size_t perSecond = 0);

} // namespace hearth

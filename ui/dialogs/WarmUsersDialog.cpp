// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/WarmUsersDialog.h"

#include "core/node/OnAnswer.h"
#include "ui/dialogs/GrowToFit.h"
#include "ui/dialogs/NodeText.h"
#include "ui/dialogs/PlainLabel.h"
#include "ui/dialogs/RoleText.h"
#include "ui/dialogs/WarmChoice.h"
#include "ui/widgets/Banner.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPlainTextEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace hearth {

namespace {

using namespace std::chrono_literals;

constexpr auto typingPause = 250ms;
constexpr int dialogWidth = 540;
constexpr int progressSteps = 1'000;
constexpr int dialogHeight = 430;

} // namespace

WarmUsersDialog::WarmUsersDialog(NodeClient &node, QWidget *parent)
    : QDialog(parent)
    , m_node(node)
    , m_choice(new WarmChoice(this))
    , m_estimate(plainLabel(this, "estimate"))
    , m_result(new Banner(this))
{
    // It may stay open while another node is shown.
    setWindowTitle(m_node.info().embedded ? tr("Warm users")
                                          : tr("Warm users on %1").arg(shortText(m_node.info().name)));
    m_estimate->setFont(textFont(TextRole::Strong));

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(space::l, space::l, space::l, space::l);
    layout->setSpacing(space::m);
    layout->addWidget(m_choice, 1);
    layout->addWidget(m_estimate);
    layout->addWidget(makeProgress());
    layout->addWidget(m_result);
    layout->addWidget(makeFailures());
    layout->addSpacing(space::xs);
    layout->addWidget(makeButtons());
    setMinimumWidth(dialogWidth);
    resize(dialogWidth, dialogHeight);

    m_estimateTimer.setSingleShot(true);
    m_estimateTimer.setInterval(typingPause);
    connect(&m_estimateTimer, &QTimer::timeout, this, &WarmUsersDialog::estimate);
    connect(m_choice, &WarmChoice::changed, this, &WarmUsersDialog::requestChanged);
    connect(m_choice, &WarmChoice::listRead, this, [this] {
        if (isVisible())
            estimate();
    });
    connect(m_choice, &WarmChoice::heightMayHaveChanged, this, [this] { growToFit(*this); });
    connect(&m_node, &NodeClient::warmUpProgressed, this, &WarmUsersDialog::follow);
    connect(&m_node, &NodeClient::databaseChanged, this, [this] {
        if (isVisible() && !isRunning())
            m_estimateTimer.start();
    });
    connect(&m_node, &NodeClient::linkChanged, this, &WarmUsersDialog::followLink);
    requestChanged();
}

QWidget *WarmUsersDialog::makeProgress()
{
    m_progressBox = new QWidget(this);
    m_progress = new QProgressBar(m_progressBox);
    m_progress->setTextVisible(false);
    m_progress->setRange(0, progressSteps);
    m_progress->setAccessibleName(tr("Progress of the warm-up"));
    m_progressText = plainLabel(m_progressBox, "progressText");
    auto *layout = new QVBoxLayout(m_progressBox);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(space::xs);
    layout->addWidget(m_progress);
    layout->addWidget(m_progressText);
    m_progressBox->hide();
    return m_progressBox;
}

QWidget *WarmUsersDialog::makeFailures()
{
    m_failuresBox = new QWidget(this);
    m_failures = new QPlainTextEdit(m_failuresBox);
    m_failures->setObjectName(QStringLiteral("failures"));
    m_failures->setReadOnly(true);
    m_failures->setTabChangesFocus(true);
    m_failures->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_failures->setAccessibleName(tr("Users that failed"));
    m_failures->setFixedHeight(m_failures->fontMetrics().lineSpacing() * 4 + 2 * space::m);
    m_moreFailures = plainLabel(m_failuresBox, "moreFailures");
    setQuiet(*m_moreFailures);
    m_retry = new QPushButton(tr("Retry the failed"), m_failuresBox);
    m_retry->setObjectName(QStringLiteral("retry"));
    m_retry->setAutoDefault(false);
    connect(m_retry, &QPushButton::clicked, this, &WarmUsersDialog::retryFailed);
    auto *layout = new QVBoxLayout(m_failuresBox);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(space::s);
    layout->addWidget(m_failures);
    layout->addWidget(m_moreFailures);
    layout->addWidget(m_retry, 0, Qt::AlignLeft);
    m_failuresBox->hide();
    return m_failuresBox;
}

QWidget *WarmUsersDialog::makeButtons()
{
    auto *row = new QWidget(this);
    m_close = new QPushButton(tr("Close"), row);
    m_cancelJob = new QPushButton(tr("Cancel the warm-up"), row);
    m_start = new QPushButton(tr("Warm"), row);
    m_start->setObjectName(QStringLiteral("start"));
    setButtonRole(*m_start, ButtonRole::Accent);
    m_start->setDefault(true);
    m_close->setAutoDefault(false);
    m_cancelJob->setAutoDefault(false);
    connect(m_close, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_cancelJob, &QPushButton::clicked, this, &WarmUsersDialog::cancelJob);
    connect(m_start, &QPushButton::clicked, this, [this] {
        if (const std::optional<WarmRequest> wanted = m_choice->request())
            start(*wanted);
    });
    auto *layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(space::s);
    layout->addStretch(1);
    layout->addWidget(m_close);
    layout->addWidget(m_cancelJob);
    layout->addWidget(m_start);
    return row;
}

void WarmUsersDialog::requestChanged()
{
    giveUpEstimate(); // whatever is under way is about something else
    m_canStart = false;
    if (!isRunning())
        m_start->setText(tr("Warm"));
    updateControls();
    m_estimateTimer.start();
}

void WarmUsersDialog::estimate()
{
    giveUpEstimate();
    if (isRunning())
        return;
    const QString refusal = refusalText(m_node.info(), m_node.link(), Right::Act);
    if (!refusal.isEmpty()) {
        m_estimate->setText(refusal);
        return;
    }
    if (!m_choice->isRead()) {
        m_estimate->setText(tr("Reading the list …"));
        m_choice->readList(); // and then again
        return;
    }
    const std::optional<WarmRequest> wanted = m_choice->request();
    if (!wanted) {
        m_estimate->setText(tr("Name somebody to warm."));
        return;
    }
    m_estimate->setText(tr("Estimating …"));
    m_estimateAnswer = m_node.estimateWarmUp(*wanted);
    onAnswer(m_estimateAnswer, this, [this, request = m_estimateRequest](const Result<WarmEstimate> &estimate) {
        if (request != m_estimateRequest || isRunning())
            return; // the choice changed meanwhile
        if (estimate)
            showEstimate(*estimate);
        else
            m_estimate->setText(tr("No estimate. %1").arg(errorText(estimate.error())));
    });
}

// The node, too, need not go on with it.
void WarmUsersDialog::giveUpEstimate()
{
    ++m_estimateRequest;
    m_estimateAnswer.cancel();
}

void WarmUsersDialog::showEstimate(const WarmEstimate &estimate)
{
    m_estimate->setText(warmEstimateText(estimate, m_choice->perSecond()));
    m_canStart = estimate.toLoad > 0;
    m_start->setText(m_canStart ? tr("Warm %1").arg(usersText(estimate.toLoad)) : tr("Warm"));
    updateControls();
}

void WarmUsersDialog::start(const WarmRequest &request)
{
    if (isRunning())
        return;
    giveUpEstimate();
    m_started = request;
    m_isStarting = true;
    m_isCancelling = false;
    m_early.clear();
    m_lastStatus.reset();
    m_result->clear();
    m_failuresBox->hide();
    m_progress->setValue(0);
    m_progressText->setText(tr("Starting …"));
    updateControls();
    onAnswer(m_node.warmUp(request), this, [this](const Result<std::uint64_t> &job) {
        m_isStarting = false;
        if (!job) {
            m_result->showMessage(Tone::Error, tr("The warm-up did not start."), errorText(job.error()));
            updateControls();
            return;
        }
        m_jobId = *job;
        if (m_isCancelling)
            m_node.cancelWarmUp(*m_jobId);
        const std::vector<WarmStatus> early = std::move(m_early);
        for (const WarmStatus &status : early)
            follow(status);
        updateControls();
    });
}

void WarmUsersDialog::follow(const WarmStatus &status)
{
    if (m_isStarting) {
        m_early.push_back(status); // perhaps of ours: its number is not known yet
        return;
    }
    if (!m_jobId || status.jobId != *m_jobId)
        return;
    m_lastStatus = status;
    if (status.state == WarmState::Running)
        showProgress(status);
    else
        finish(status);
}

void WarmUsersDialog::showProgress(const WarmStatus &status)
{
    const double share =
        status.requested > 0 ? static_cast<double>(status.done) / static_cast<double>(status.requested) : 0;
    m_progress->setValue(static_cast<int>(std::clamp(share, 0.0, 1.0) * progressSteps));
    m_progressText->setText(warmProgressText(status));
}

// What runs on a node elsewhere runs on without us.
void WarmUsersDialog::followLink(const NodeLink &link)
{
    const bool isLost = link.state != LinkState::Connected;
    if (!isRunning()) {
        if (isVisible())
            requestChanged();
        return;
    }
    const QString known = m_lastStatus ? warmProgressText(*m_lastStatus) : tr("Starting …");
    m_progressText->setText(isLost ? tr("%1\nThe node does not answer. The warm-up goes on there as long as the node "
                                        "runs; its progress is shown again as soon as it answers.")
                                         .arg(known)
                                   : known);
    growToFit(*this);
}

void WarmUsersDialog::finish(const WarmStatus &status)
{
    m_jobId.reset();
    m_isCancelling = false;
    Tone tone = Tone::Ok;
    QString title = tr("The users are warm.");
    if (status.state == WarmState::Failed) {
        tone = Tone::Error;
        title = tr("The warm-up failed.");
    } else if (status.state == WarmState::Cancelled) {
        tone = Tone::Neutral;
        title = tr("The warm-up was cancelled.");
    } else if (status.failed > 0) {
        tone = Tone::Warning;
        title = tr("Some users could not be warmed.");
    }
    m_result->showMessage(tone, title, warmResultText(status));
    showFailures(status);
    growToFit(*this);
    if (!isVisible())
        Q_EMIT notify(title + QLatin1Char(' ') + warmResultText(status), tone);
    requestChanged(); // what is cached has changed
}

// Where not all of the failed are named, a retry begins from the start: who is cached by now is left out.
void WarmUsersDialog::showFailures(const WarmStatus &status)
{
    const bool areAllNamed = status.failedUsers.size() >= status.failed;
    m_forRetry.reset();
    if (status.failed > 0 || status.state == WarmState::Failed)
        m_forRetry = areAllNamed && status.failed > 0
                         ? WarmRequest{TheseIdentities{status.failedUsers}, m_started.perSecond}
                         : m_started;
    QStringList names;
    for (const std::string &identity : status.failedUsers)
        names.append(dataText(identity));
    m_failures->setPlainText(names.join(QLatin1Char('\n')));
    m_failures->setVisible(!names.isEmpty());
    m_moreFailures->setVisible(!areAllNamed && !names.isEmpty());
    m_moreFailures->setText(
        tr("and %1 more")
            .arg(countText(status.failed - std::min<std::uint64_t>(status.failed, status.failedUsers.size()))));
    m_retry->setText(areAllNamed && status.failed > 0 ? tr("Retry the failed") : tr("Try again"));
    m_failuresBox->setVisible(m_forRetry.has_value());
}

void WarmUsersDialog::cancelJob()
{
    m_isCancelling = true;
    if (m_jobId)
        m_node.cancelWarmUp(*m_jobId);
    m_progressText->setText(tr("Cancelling …"));
    updateControls();
}

void WarmUsersDialog::retryFailed()
{
    if (m_forRetry)
        start(WarmRequest(*m_forRetry));
}

void WarmUsersDialog::updateControls()
{
    const bool hadFocus = m_start->hasFocus() || m_cancelJob->hasFocus();
    m_choice->setEnabled(!isRunning());
    m_progressBox->setVisible(isRunning());
    m_start->setVisible(!isRunning());
    m_start->setEnabled(m_canStart);
    m_cancelJob->setVisible(isRunning());
    m_cancelJob->setEnabled(!m_isCancelling);
    if (hadFocus)
        (isRunning() ? m_cancelJob : m_start->isEnabled() ? m_start : m_close)->setFocus();
}

void WarmUsersDialog::done(int result)
{
    if (isRunning())
        Q_EMIT notify(tr("The warm-up goes on: %1. You will be told how it ended.")
                          .arg(m_lastStatus ? warmProgressText(*m_lastStatus) : tr("starting")));
    giveUpEstimate();
    m_estimateTimer.stop();
    QDialog::done(result);
}

void WarmUsersDialog::showEvent(QShowEvent *event)
{
    QDialog::showEvent(event);
    if (!isRunning())
        requestChanged();
    m_choice->focusList();
}

} // namespace hearth

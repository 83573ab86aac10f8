// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/profile/ProfilePanel.h"

#include "core/node/OnAnswer.h"
#include "ui/dialogs/ForceExpiryDialog.h"
#include "ui/dialogs/NodeText.h"
#include "ui/dialogs/PlainLabel.h"
#include "ui/dialogs/RoleText.h"
#include "ui/profile/LinedDelegate.h"
#include "ui/profile/LinedTable.h"
#include "ui/profile/MaskRow.h"
#include "ui/profile/ProfileButtons.h"
#include "ui/profile/ProfileFieldsModel.h"
#include "ui/profile/ProfileHead.h"
#include "ui/profile/ProfileVerdict.h"
#include "ui/profile/RevealDialog.h"
#include "ui/theme/Icon.h"
#include "ui/widgets/Banner.h"
#include "ui/widgets/EmptyState.h"

#include <QAction>
#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

namespace hearth {

namespace {

using namespace std::chrono_literals;

constexpr auto reloadInterval = 5s;
constexpr auto tickInterval = 1s;
const SystemClock systemClock{};

} // namespace

ProfilePanel::ProfilePanel(NodeClient &node, QWidget *parent)
    : ProfilePanel(node, systemClock, parent)
{
}

ProfilePanel::ProfilePanel(NodeClient &node, const Clock &clock, QWidget *parent)
    : QWidget(parent)
    , m_node(node)
    , m_clock(clock)
    , m_fields(new ProfileFieldsModel(this))
    , m_events(new ProfileEventsModel(this))
    , m_stack(new QStackedWidget(this))
    , m_placeholder(new EmptyState(this))
{
    showNobody();
    m_stack->addWidget(m_placeholder);
    m_stack->addWidget(makeContent());
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_stack);
    setMinimumWidth(320);

    m_reloadTimer.setInterval(reloadInterval);
    m_tickTimer.setInterval(tickInterval);
    connect(&m_reloadTimer, &QTimer::timeout, this, &ProfilePanel::reload);
    connect(&m_tickTimer, &QTimer::timeout, this, &ProfilePanel::showTime);
    connectNode();
    updateButtons();
}

void ProfilePanel::connectNode()
{
    connect(&m_node, &NodeClient::eventHappened, this, [this](const Event &event) {
        if (isVisible() && !m_identity.empty() && concerns(event, m_identity))
            reload();
    });
    connect(&m_node, &NodeClient::linkChanged, this, [this](const NodeLink &link) {
        updateButtons();
        if (link.state == LinkState::Connected && isVisible())
            reload();
        else if (link.state == LinkState::Lost && !m_identity.empty())
            showProblem({ErrorCode::Unavailable, link.problem});
    });
}

QWidget *ProfilePanel::makeContent()
{
    auto *content = new QWidget;
    m_head = new ProfileHead(content);
    connect(&m_head->copyButton(), &QToolButton::clicked, this, &ProfilePanel::copySummary);
    addKey(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_C), m_head->copyButton());
    m_verdict = new Banner(content);
    m_verdict->setObjectName(QStringLiteral("verdict"));

    auto *fieldsDelegate = new LinedDelegate(this);
    fieldsDelegate->setQuietRole(ProfileFieldsModel::QuietRole);
    fieldsDelegate->setDiffersRole(ProfileFieldsModel::DiffersRole);
    m_fieldsView =
        new LinedTable(m_fields, fieldsDelegate, tr("Cached profile and database row, field by field"), content);
    m_fieldsView->setObjectName(QStringLiteral("fields"));
    m_fieldsView->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    m_fieldsView->horizontalHeader()->setSectionResizeMode(ProfileFieldsModel::Field, QHeaderView::ResizeToContents);
    m_fieldsView->fitHeight();
    makeActing(content);
    makeEvents(content);

    auto *layout = new QVBoxLayout(content);
    layout->setContentsMargins(space::l, space::l, space::l, space::l);
    layout->setSpacing(space::m);
    layout->addWidget(m_head);
    layout->addWidget(m_verdict);
    layout->addWidget(m_fieldsView);
    layout->addWidget(m_maskRow);
    layout->addWidget(m_buttons);
    layout->addSpacing(space::s);
    layout->addWidget(m_eventsTitle);
    layout->addWidget(m_noEvents);
    layout->addWidget(m_eventsView);
    layout->addStretch(1);

    auto *scroll = new QScrollArea(this);
    scroll->setWidget(content);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->viewport()->setAutoFillBackground(false);
    content->setAutoFillBackground(false);
    return scroll;
}

void ProfilePanel::makeActing(QWidget *parent)
{
    m_maskRow = new MaskRow(parent);
    connect(m_maskRow, &MaskRow::revealWanted, this, &ProfilePanel::askForReason);
    connect(m_maskRow, &MaskRow::maskWanted, this, &ProfilePanel::maskAgain);
    addKey(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_R), m_maskRow->button());
    m_buttons = new ProfileButtons(parent);
    connect(&m_buttons->refreshButton(), &QPushButton::clicked, this, &ProfilePanel::refreshFromDatabase);
    connect(&m_buttons->expireButton(), &QPushButton::clicked, this, &ProfilePanel::expire);
    addKey(QKeySequence(Qt::Key_F5), m_buttons->refreshButton());
    addKey(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_X), m_buttons->expireButton());
}

void ProfilePanel::makeEvents(QWidget *parent)
{
    auto *delegate = new LinedDelegate(this);
    delegate->setQuietColumn(ProfileEventsModel::Time);
    m_eventsView = new LinedTable(m_events, delegate, tr("What happened to this user, newest first"), parent);
    m_eventsView->horizontalHeader()->setStretchLastSection(true);
    m_eventsView->horizontalHeader()->hide();
    m_eventsTitle = plainLabel(parent, "eventsTitle", tr("What happened"));
    m_eventsTitle->setFont(textFont(TextRole::Strong));
    m_noEvents = plainLabel(parent, "noEvents", tr("Nothing lately that the node remembers."));
    setQuiet(*m_noEvents);
}

// A disabled button does nothing by its key either.
void ProfilePanel::addKey(const QKeySequence &key, QAbstractButton &button)
{
    auto *action = new QAction(this);
    action->setShortcut(key);
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    connect(action, &QAction::triggered, &button, &QAbstractButton::click);
    addAction(action);
}

// ---- looking

void ProfilePanel::showNobody()
{
    m_placeholder->setContent(Glyph::Profile, tr("Nobody is selected"),
                              tr("Select a user to see what is cached for them, and what the database says now."));
}

void ProfilePanel::setIdentity(const std::string &identity)
{
    if (identity == m_identity && (m_view || m_isAsking))
        return;
    clear();
    m_identity = identity;
    m_placeholder->setContent(Glyph::Search, tr("Looking up …"), shortText(identity));
    reload();
}

void ProfilePanel::lookUp(const std::string &identity)
{
    if (identity != m_identity)
        return setIdentity(identity);
    if (isRevealed())
        maskAgain();
    else
        reload();
}

void ProfilePanel::clear()
{
    ++m_request;
    ++m_act;
    m_identity.clear();
    m_view.reset();
    m_problem.reset();
    m_revealedUntil.reset();
    m_isAsking = false;
    m_isActing = false;
    m_verdict->clear();
    showMasking();
    showNobody();
    m_stack->setCurrentIndex(0);
    updateButtons();
}

void ProfilePanel::reload()
{
    if (!m_identity.empty() && !m_isAsking && !isRevealed())
        ask();
}

// An answer that is still under way is about a moment that is over: it is dropped.
void ProfilePanel::ask()
{
    m_isAsking = true;
    onAnswer(m_node.profile(m_identity), this, [this, request = ++m_request](const Result<ProfileView> &view) {
        if (request == m_request)
            receive(view);
    });
}

void ProfilePanel::receive(const Result<ProfileView> &view)
{
    m_isAsking = false;
    if (!view) {
        showProblem(view.error());
        return;
    }
    m_view = *view;
    m_problem.reset();
    m_seenAt = m_clock.wallNow();
    showView();
}

void ProfilePanel::showView()
{
    const bool isUnknown = !m_view->entry && !m_view->stored && m_view->agreement == Agreement::Absent;
    if (isUnknown && m_view->events.empty())
        return showUnknown();
    const WallTime now = m_clock.wallNow();
    m_head->show(*m_view, now);
    m_fields->show(*m_view, now);
    m_fieldsView->setVisible(m_view->cached || m_view->stored);
    showVerdict();
    showMasking();
    showEvents();
    m_stack->setCurrentIndex(1);
    updateButtons();
}

void ProfilePanel::showUnknown()
{
    m_placeholder->setContent(Glyph::Search, tr("“%1” is unknown").arg(shortText(m_identity)),
                              tr("Nobody of that name is cached, and the database has no such row. Names are compared "
                                 "letter by letter: capitals, spaces and accents count."));
    m_stack->setCurrentIndex(0);
    updateButtons();
}

void ProfilePanel::showVerdict()
{
    if (m_problem) {
        m_verdict->showMessage(
            Tone::Error, tr("The node did not answer."),
            tr("%1 What is shown is from %2.").arg(errorText(*m_problem), localTimeText(m_seenAt, m_clock.wallNow())));
        return;
    }
    const ProfileVerdict verdict = verdictOf(*m_view, m_clock.wallNow());
    m_verdict->showMessage(verdict.tone, verdict.title, verdict.sentence);
}

void ProfilePanel::showProblem(const Error &error)
{
    if (m_view) {
        m_problem = error;
        if (m_stack->currentIndex() == 1)
            return showVerdict();
    }
    const QString refusal = refusalText(m_node.info(), {}, Right::SeeUsers);
    if (error.code == ErrorCode::PermissionDenied && !refusal.isEmpty())
        m_placeholder->setContent(Glyph::Info, tr("Your role may not see users"), refusal);
    else
        m_placeholder->setContent(Glyph::Error, tr("%1 could not be looked up").arg(shortText(m_identity)),
                                  errorText(error));
}

void ProfilePanel::showEvents()
{
    m_events->merge(m_view->events);
    m_eventsView->fitColumn(ProfileEventsModel::Time);
    m_eventsView->setVisible(!m_view->events.empty());
    m_noEvents->setVisible(m_view->events.empty());
    m_eventsView->fitHeight();
}

// Once a second, without asking anybody.
void ProfilePanel::showTime()
{
    if (!m_view)
        return;
    if (m_revealedUntil && m_clock.now() >= *m_revealedUntil)
        return maskAgain();
    showMasking();
    if (m_stack->currentIndex() == 0)
        return;
    m_head->showTime(*m_view, m_clock.wallNow());
    showVerdict();
    updateButtons();
}

// ---- what is masked

void ProfilePanel::showMasking()
{
    if (m_revealedUntil)
        m_maskRow->showRevealed(std::chrono::ceil<std::chrono::seconds>(*m_revealedUntil - m_clock.now()));
    else if (m_view && m_view->masked)
        m_maskRow->showMasked(m_node.info().role);
    else
        m_maskRow->showNothing();
}

void ProfilePanel::askForReason()
{
    auto *dialog = new RevealDialog(m_node, m_identity, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &RevealDialog::revealed, this, &ProfilePanel::reveal);
    dialog->open();
}

void ProfilePanel::reveal(const ProfileView &view)
{
    if (view.identity != m_identity)
        return; // somebody else is looked at by now
    m_revealedUntil = m_clock.now() + revealTime;
    ++m_request; // a masked answer that is under way changes nothing
    receive(view);
}

void ProfilePanel::maskAgain()
{
    m_revealedUntil.reset();
    m_view = maskedView(*std::move(m_view));
    showView();
    if (isVisible())
        ask();
    else
        m_tickTimer.stop(); // it ran for this
}

// ---- acting

void ProfilePanel::updateButtons()
{
    ProfileButtons::State state;
    state.view = m_view ? &*m_view : nullptr;
    state.now = m_clock.wallNow();
    state.isBusy = m_isActing;
    state.refusal = refusalText(m_node.info(), m_node.link(), Right::Act);
    state.isInProduction = isInProduction();
    m_buttons->show(state);
    m_head->copyButton().setEnabled(m_view.has_value());
}

bool ProfilePanel::isInProduction() const
{
    return m_node.info().environment == "production";
}

// Returns: its number, by which a late answer is told from that of another user's.
std::uint64_t ProfilePanel::beginAct()
{
    m_isActing = true;
    updateButtons();
    return ++m_act;
}

void ProfilePanel::endAct(std::uint64_t act, const std::string &identity)
{
    if (act == m_act && m_identity == identity) {
        m_isActing = false;
        updateButtons();
        if (!isRevealed())
            ask();
    }
    Q_EMIT acted(identity);
}

void ProfilePanel::refreshFromDatabase()
{
    const auto receive = [this, act = beginAct(), identity = m_identity](const Result<std::uint64_t> &count) {
        const QString whom = shortText(identity);
        if (!count && count.error().code != ErrorCode::NotFound)
            Q_EMIT notify(tr("%1 was not refreshed. %2").arg(whom, errorText(count.error())), Tone::Error);
        else if (!count || *count == 0)
            Q_EMIT notify(tr("%1 was not refreshed: the database has no such row.").arg(whom), Tone::Warning);
        else
            Q_EMIT notify(tr("Loaded %1 from the database.").arg(whom), Tone::Ok);
        endAct(act, identity);
    };
    onAnswer(m_node.refresh({m_identity}), this, receive);
}

void ProfilePanel::expire()
{
    if (!isInProduction())
        return expireNow();
    auto *dialog = new ForceExpiryDialog(m_node, m_identity, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &ForceExpiryDialog::expired, this,
            [this, identity = m_identity](const ExpiryOutcome &outcome, const QString &whom) {
                Q_EMIT expired(outcome, whom);
                endAct(m_act, identity);
            });
    dialog->open();
}

void ProfilePanel::expireNow()
{
    const auto receive = [this, act = beginAct(), identity = m_identity](const Result<ExpiryOutcome> &outcome) {
        if (outcome)
            Q_EMIT expired(*outcome, shortText(identity));
        else
            Q_EMIT notify(tr("%1 was not expired. %2").arg(shortText(identity), errorText(outcome.error())),
                          Tone::Error);
        endAct(act, identity);
    };
    onAnswer(m_node.expire(TheseUsers{{m_identity}}), this, receive);
}

QString ProfilePanel::summary() const
{
    if (!m_view)
        return {};
    return ticketSummary(isRevealed() ? maskedView(*m_view) : *m_view, m_clock.wallNow(), m_node.info());
}

void ProfilePanel::copySummary()
{
    if (!m_view)
        return;
    QGuiApplication::clipboard()->setText(summary());
    Q_EMIT notify(tr("Copied a summary of %1.").arg(shortText(m_identity)));
}

void ProfilePanel::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    m_reloadTimer.start();
    m_tickTimer.start();
    showTime();
    reload();
}

void ProfilePanel::hideEvent(QHideEvent *event)
{
    QWidget::hideEvent(event);
    m_reloadTimer.stop();
    if (!isRevealed())
        m_tickTimer.stop();
}

} // namespace hearth

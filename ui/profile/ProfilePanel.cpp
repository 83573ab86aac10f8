// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/profile/ProfilePanel.h"

#include "core/node/OnAnswer.h"
#include "ui/dialogs/NodeText.h"
#include "ui/profile/LinedDelegate.h"
#include "ui/profile/ProfileFieldsModel.h"
#include "ui/profile/ProfileVerdict.h"
#include "ui/theme/Icon.h"
#include "ui/widgets/Banner.h"
#include "ui/widgets/ElidedLabel.h"
#include "ui/widgets/EmptyState.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QStackedWidget>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace hearth {

namespace {

using namespace std::chrono_literals;

constexpr auto reloadInterval = 5s;

// A table as high as its rows: the panel scrolls, not the table.
QTableView *makeTable(QAbstractItemModel *model, LinedDelegate *delegate, const QString &name, QWidget *parent)
{
    auto *view = new QTableView(parent);
    view->setModel(model);
    view->setItemDelegate(delegate);
    view->setAccessibleName(name);
    view->setShowGrid(false);
    view->setWordWrap(false);
    view->setFrameShape(QFrame::NoFrame);
    view->setTabKeyNavigation(false);
    view->setEditTriggers(QAbstractItemView::NoEditTriggers);
    view->setSelectionBehavior(QAbstractItemView::SelectRows);
    view->setSelectionMode(QAbstractItemView::SingleSelection);
    view->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    view->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    view->verticalHeader()->hide();
    view->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    view->verticalHeader()->setDefaultSectionSize(LinedDelegate::rowHeight(view->font()));
    view->horizontalHeader()->setHighlightSections(false);
    view->horizontalHeader()->setSectionsClickable(false);
    view->horizontalHeader()->setMinimumSectionSize(40);
    return view;
}

void fitHeight(QTableView &view)
{
    const int header = view.horizontalHeader()->isHidden() ? 0 : view.horizontalHeader()->sizeHint().height();
    view.setFixedHeight(header + view.model()->rowCount() * view.verticalHeader()->defaultSectionSize() + 1);
}

// By all rows; resizeColumnToContents() looks only at those that are visible, and before the first show none is.
void fitTimeColumn(QTableView &view)
{
    int width = 0;
    for (int row = 0; row < view.model()->rowCount(); ++row) {
        const QString text = view.model()->index(row, ProfileEventsModel::Time).data().toString();
        width = std::max(width, view.fontMetrics().horizontalAdvance(text));
    }
    view.setColumnWidth(ProfileEventsModel::Time, width + 2 * space::s + 2);
}

QLabel *makeLabel(QWidget *parent)
{
    auto *label = new QLabel(parent);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    return label;
}

} // namespace

ProfilePanel::ProfilePanel(NodeClient &node, QWidget *parent)
    : QWidget(parent)
    , m_node(node)
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
    connect(&m_reloadTimer, &QTimer::timeout, this, &ProfilePanel::reload);
    updateButtons();
}

QWidget *ProfilePanel::makeContent()
{
    auto *content = new QWidget;
    m_verdict = new Banner(content);
    m_verdict->setObjectName(QStringLiteral("verdict"));

    auto *fieldsDelegate = new LinedDelegate(this);
    fieldsDelegate->setQuietColumn(ProfileFieldsModel::Field);
    fieldsDelegate->setDiffersRole(ProfileFieldsModel::DiffersRole);
    m_fieldsView = makeTable(m_fields, fieldsDelegate, tr("Cached profile and database row, field by field"), content);
    m_fieldsView->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    m_fieldsView->horizontalHeader()->setSectionResizeMode(ProfileFieldsModel::Field, QHeaderView::ResizeToContents);
    fitHeight(*m_fieldsView);

    auto *eventsDelegate = new LinedDelegate(this);
    eventsDelegate->setQuietColumn(ProfileEventsModel::Time);
    m_eventsView = makeTable(m_events, eventsDelegate, tr("What happened to this user, newest first"), content);
    m_eventsView->horizontalHeader()->setStretchLastSection(true);
    m_eventsView->horizontalHeader()->hide();
    m_eventsTitle = makeLabel(content);
    m_eventsTitle->setText(tr("What happened"));
    m_eventsTitle->setFont(textFont(TextRole::Strong));
    m_noEvents = makeLabel(content);
    m_noEvents->setText(tr("Nothing lately that the node remembers."));
    setQuiet(*m_noEvents);

    auto *layout = new QVBoxLayout(content);
    layout->setContentsMargins(space::l, space::l, space::l, space::l);
    layout->setSpacing(space::m);
    layout->addWidget(makeHead(content));
    layout->addWidget(m_verdict);
    layout->addWidget(m_fieldsView);
    layout->addWidget(makeButtons(content));
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

QWidget *ProfilePanel::makeHead(QWidget *parent)
{
    auto *head = new QWidget(parent);
    m_name = new ElidedLabel(head);
    m_name->setObjectName(QStringLiteral("name"));
    m_name->setTextRole(TextRole::Title);
    m_name->setElideMode(Qt::ElideMiddle);
    m_name->setSelectable(true);
    m_line = makeLabel(head);
    m_line->setObjectName(QStringLiteral("cachedLine"));
    setQuiet(*m_line);
    m_copy = new QToolButton(head);
    m_copy->setIcon(icon(Glyph::Copy, Tint::Quiet));
    m_copy->setText(tr("Copy summary"));
    m_copy->setToolTip(tr("Copy a summary for a ticket"));
    m_copy->setAccessibleName(tr("Copy summary"));
    connect(m_copy, &QToolButton::clicked, this, &ProfilePanel::copySummary);

    auto *top = new QHBoxLayout;
    top->setSpacing(space::s);
    top->addWidget(m_name, 1);
    top->addWidget(m_copy);
    auto *layout = new QVBoxLayout(head);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(space::xs);
    layout->addLayout(top);
    layout->addWidget(m_line);
    return head;
}

QWidget *ProfilePanel::makeButtons(QWidget *parent)
{
    auto *row = new QWidget(parent);
    m_refresh = new QPushButton(tr("Refresh from database"), row);
    m_refresh->setObjectName(QStringLiteral("refresh"));
    setButtonRole(*m_refresh, ButtonRole::Accent);
    m_expire = new QPushButton(tr("Expire"), row);
    m_expire->setObjectName(QStringLiteral("expire"));
    m_expire->setToolTip(tr("The next read of this user goes to the database. Nothing is deleted there."));
    connect(m_refresh, &QPushButton::clicked, this, &ProfilePanel::refreshFromDatabase);
    connect(m_expire, &QPushButton::clicked, this, &ProfilePanel::expire);

    auto *layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(space::s);
    layout->addWidget(m_refresh);
    layout->addWidget(m_expire);
    layout->addStretch(1);
    return row;
}

void ProfilePanel::showNobody()
{
    m_placeholder->setContent(Glyph::Profile, tr("Nobody is selected"),
                              tr("Select a user to see what is cached for them, and what the database says now."));
}

void ProfilePanel::setIdentity(const std::string &identity)
{
    if (identity == m_identity && m_view)
        return;
    clear();
    m_identity = identity;
    m_placeholder->setContent(Glyph::Search, tr("Looking up …"), shortText(identity));
    reload();
}

void ProfilePanel::clear()
{
    ++m_request;
    m_identity.clear();
    m_view.reset();
    m_isAsking = false;
    m_isActing = false;
    m_verdict->clear();
    showNobody();
    m_stack->setCurrentIndex(0);
    updateButtons();
}

void ProfilePanel::reload()
{
    if (m_identity.empty() || m_isAsking)
        return;
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
    showView();
}

void ProfilePanel::showView()
{
    const WallTime time = now();
    m_name->setText(QString::fromStdString(m_view->identity));
    m_line->setText(cachedLine(*m_view, time));
    m_line->setVisible(m_view->entry.has_value());
    if (m_view->entry)
        m_line->setToolTip(toolTipText({tr("cached %1").arg(utcText(m_view->entry->cachedAt)),
                                        tr("expires %1").arg(utcText(m_view->entry->expiresAt))}));
    const ProfileVerdict verdict = verdictOf(*m_view, time);
    m_verdict->showMessage(verdict.tone, verdict.title, verdict.sentence);
    m_fields->show(*m_view, time);
    m_fieldsView->setVisible(m_view->cached || m_view->stored);
    m_events->merge(m_view->events);
    fitTimeColumn(*m_eventsView);
    m_eventsView->setVisible(!m_view->events.empty());
    m_noEvents->setVisible(m_view->events.empty());
    fitHeight(*m_eventsView);
    m_stack->setCurrentIndex(1);
    updateButtons();
}

void ProfilePanel::showProblem(const Error &error)
{
    if (m_view) {
        m_verdict->showMessage(Tone::Error, tr("The node did not answer."), errorText(error));
        return;
    }
    m_placeholder->setContent(Glyph::Error, tr("%1 could not be looked up").arg(shortText(m_identity)),
                              errorText(error));
}

void ProfilePanel::updateButtons()
{
    const bool isCached = m_view && m_view->entry;
    const bool hasRow = m_view && m_view->stored;
    m_refresh->setText(isCached || !m_view ? tr("Refresh from database") : tr("Load into cache"));
    m_refresh->setEnabled(m_view && !m_isActing && (isCached || hasRow));
    m_expire->setEnabled(isCached && !m_isActing && m_view->entry->state == EntryState::Active);
    m_expire->setVisible(isCached);
    m_refresh->setVisible(!m_view || isCached || hasRow);
    m_copy->setEnabled(m_view.has_value());
}

void ProfilePanel::refreshFromDatabase()
{
    const std::string identity = m_identity;
    m_isActing = true;
    updateButtons();
    onAnswer(m_node.refresh({identity}), this, [this, identity](const Result<std::uint64_t> &count) {
        if (!count)
            Q_EMIT notify(tr("%1 was not refreshed. %2").arg(shortText(identity), errorText(count.error())),
                          Tone::Error);
        else if (*count == 0)
            Q_EMIT notify(tr("%1 was not refreshed: the database has no such row.").arg(shortText(identity)),
                          Tone::Warning);
        else
            Q_EMIT notify(tr("Loaded %1 from the database.").arg(shortText(identity)), Tone::Ok);
        m_isActing = false;
        updateButtons();
        reload();
        Q_EMIT acted(identity);
    });
}

void ProfilePanel::expire()
{
    const std::string identity = m_identity;
    m_isActing = true;
    updateButtons();
    onAnswer(m_node.expire(TheseUsers{{identity}}), this, [this, identity](const Result<ExpiryOutcome> &outcome) {
        if (outcome)
            Q_EMIT notify(tr("Expired %1. The next read goes to the database.").arg(shortText(identity)));
        else
            Q_EMIT notify(tr("%1 was not expired. %2").arg(shortText(identity), errorText(outcome.error())),
                          Tone::Error);
        m_isActing = false;
        updateButtons();
        reload();
        Q_EMIT acted(identity);
    });
}

QString ProfilePanel::summary() const
{
    return m_view ? ticketSummary(*m_view, now(), m_node.info()) : QString();
}

void ProfilePanel::copySummary()
{
    if (!m_view)
        return;
    QGuiApplication::clipboard()->setText(summary());
    Q_EMIT notify(tr("Copied a summary of %1.").arg(shortText(m_identity)));
}

// The node says no time here; this machine's is the nearest that there is.
WallTime ProfilePanel::now() const
{
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

void ProfilePanel::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    m_reloadTimer.start();
    reload();
}

void ProfilePanel::hideEvent(QHideEvent *event)
{
    QWidget::hideEvent(event);
    m_reloadTimer.stop();
}

} // namespace hearth

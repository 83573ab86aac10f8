// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/MainWindow.h"

#include "core/base/Format.h"
#include "ui/HeaderBar.h"
#include "ui/StatusLine.h"
#include "ui/dialogs/CleanUpAction.h"
#include "ui/dialogs/ExpiryUndoOffer.h"
#include "ui/dialogs/InstallTriggersDialog.h"
#include "ui/dialogs/NodeText.h"
#include "ui/dialogs/WarmUsersDialog.h"
#include "ui/entries/EntriesBrowser.h"
#include "ui/overview/OverviewPage.h"
#include "ui/profile/ProfilePage.h"
#include "ui/theme/Icon.h"
#include "ui/widgets/Banner.h"
#include "ui/widgets/NavigationRail.h"
#include "ui/widgets/Toast.h"
#include "ui/widgets/VisibleText.h"

#include <QAction>
#include <QActionGroup>
#include <QApplication>
#include <QCloseEvent>
#include <QFileDialog>
#include <QMenuBar>
#include <QMessageBox>
#include <QPushButton>
#include <QSettings>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <array>

namespace hearth {

namespace {

constexpr QSize defaultSize(1440, 900);
constexpr QSize smallestSize(960, 600);

struct PageName {
    const char *name; // what --page takes
    const char *title;
    Glyph glyph;
};

// In the order of the rail.
constexpr std::array<PageName, 3> pages{{
    {"overview", QT_TRANSLATE_NOOP("hearth::MainWindow", "Overview"), Glyph::Overview},
    {"entries", QT_TRANSLATE_NOOP("hearth::MainWindow", "Entries"), Glyph::Entries},
    {"profile", QT_TRANSLATE_NOOP("hearth::MainWindow", "Profile"), Glyph::Profile},
}};

} // namespace

MainWindow::MainWindow(NodeClient &node, ThemeController &theme, QSettings &settings, QWidget *parent)
    : QMainWindow(parent)
    , m_node(node)
    , m_theme(theme)
    , m_settings(settings)
{
    setWindowTitle(tr("Hearth – %1").arg(visibleText(QString::fromStdString(node.info().name))));
    setMinimumSize(smallestSize);
    createActions();
    createPages();
    createLayout();
    createMenus();
    connectNode();
    restoreState();
}

MainWindow::~MainWindow() = default;

QStringList MainWindow::pageNames()
{
    QStringList names;
    for (const PageName &page : pages)
        names.append(QString::fromLatin1(page.name));
    return names;
}

bool MainWindow::showPage(const QString &name)
{
    const auto index = pageNames().indexOf(name);
    if (index < 0)
        return false;
    setPage(static_cast<int>(index));
    return true;
}

void MainWindow::showUser(const QString &identity)
{
    if (m_pages->currentWidget() == m_entries)
        return m_entries->showUser(identity);
    showPage(QStringLiteral("profile"));
    m_profile->lookUp(identity);
}

void MainWindow::createActions()
{
    const auto action = [this](const QString &text, Glyph glyph, const QKeySequence &key, const QString &tip,
                               void (MainWindow::*slot)()) {
        auto *created = new QAction(icon(glyph), text, this);
        created->setShortcut(key);
        created->setToolTip(tip);
        connect(created, &QAction::triggered, this, slot);
        return created;
    };
    m_warmUsers = action(tr("Warm users…"), Glyph::Warm, QKeySequence(tr("Ctrl+Shift+W")),
                         tr("Load users into the cache before they ask"), &MainWindow::warmUsers);
    m_forceExpiry = action(tr("Force expiry…"), Glyph::Expire, QKeySequence(tr("Ctrl+Shift+E")),
                           tr("Make the next read of users go to the database"), &MainWindow::forceExpiry);
    m_cleanUp = new CleanUpAction(m_node, this);
    connect(m_cleanUp, &CleanUpAction::notify, this, &MainWindow::notify);
    m_installTriggers = action(tr("Install change triggers…"), Glyph::Database, QKeySequence(tr("Ctrl+Shift+I")), {},
                               &MainWindow::installTriggers);
    m_simulatedTraffic =
        action(tr("Simulated traffic"), Glyph::Traffic, QKeySequence(tr("Ctrl+Shift+T")),
               tr("Let this program make gets like a translation service would"), &MainWindow::toggleTraffic);
    m_simulatedTraffic->setCheckable(true);
    m_simulatedTraffic->setIconVisibleInMenu(false); // the check mark stands there
}

void MainWindow::createPages()
{
    m_rail = new NavigationRail(this);
    m_pages = new QStackedWidget(this);
    m_overview = new OverviewPage(m_node, m_pages);
    m_entries = new EntriesBrowser(m_node, m_pages);
    m_profile = new ProfilePage(m_node, m_pages);
    const std::array<QWidget *, pages.size()> widgets{m_overview, m_entries, m_profile};
    for (std::size_t i = 0; i < pages.size(); ++i) {
        const QKeySequence key(QStringLiteral("Ctrl+%1").arg(i + 1));
        m_rail->addPage(pages[i].glyph, tr(pages[i].title), key);
        m_pages->addWidget(widgets[i]);
    }
    connect(m_rail, &NavigationRail::currentChanged, this, &MainWindow::setPage);
    connect(m_overview, &OverviewPage::cleanUpRequested, m_cleanUp, &QAction::trigger);
    connect(m_entries, &EntriesBrowser::warmUsersRequested, m_warmUsers, &QAction::trigger);
    connect(m_entries, &EntriesBrowser::notify, this, &MainWindow::notify);
    connect(m_profile, &ProfilePage::notify, this, &MainWindow::notify);
}

void MainWindow::createLayout()
{
    auto *central = new QWidget(this);
    m_header = new HeaderBar({*m_warmUsers, *m_forceExpiry, *m_cleanUp, *m_simulatedTraffic}, central);
    m_banner = new Banner(central);
    m_status = new StatusLine(central);
    m_toasts = new ToastArea(*m_pages);
    m_undo = new ExpiryUndoOffer(m_node, *m_toasts, *this);
    connect(m_entries, &EntriesBrowser::expired, m_undo, &ExpiryUndoOffer::offer);
    connect(m_profile, &ProfilePage::expired, m_undo, &ExpiryUndoOffer::offer);
    connect(m_undo, &ExpiryUndoOffer::said, m_status, &StatusLine::showAction);

    auto *column = new QVBoxLayout;
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_header);
    column->addWidget(m_banner);
    column->addWidget(m_pages, 1);
    column->addWidget(m_status);

    auto *row = new QHBoxLayout(central);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    row->addWidget(m_rail);
    row->addLayout(column, 1);
    setCentralWidget(central);
}

void MainWindow::createMenus()
{
    QMenu *file = menuBar()->addMenu(tr("&File"));
    QAction *picture = file->addAction(tr("Save &picture of the window…"), this, &MainWindow::savePicture);
    picture->setShortcut(QKeySequence(tr("Ctrl+Shift+S")));
    file->addSeparator();
    QAction *quit = file->addAction(tr("&Quit"), this, &QWidget::close);
    quit->setShortcut(QKeySequence(tr("Ctrl+Q")));

    QMenu *view = menuBar()->addMenu(tr("&View"));
    for (std::size_t i = 0; i < pages.size(); ++i) {
        // The key is the rail's: here it is only told.
        const QString key = QKeySequence(QStringLiteral("Ctrl+%1").arg(i + 1)).toString(QKeySequence::NativeText);
        QAction *page = view->addAction(icon(pages[i].glyph), tr(pages[i].title) + QLatin1Char('\t') + key);
        connect(page, &QAction::triggered, this, [this, i] { setPage(static_cast<int>(i)); });
    }
    view->addSeparator();
    QMenu *themes = view->addMenu(tr("&Theme"));
    auto *group = new QActionGroup(this);
    for (const auto &[mode, text] :
         {std::pair{ThemeController::Mode::System, tr("As the &system")},
          std::pair{ThemeController::Mode::Light, tr("&Light")}, std::pair{ThemeController::Mode::Dark, tr("&Dark")}}) {
        QAction *theme = group->addAction(themes->addAction(text));
        theme->setCheckable(true);
        theme->setChecked(m_theme.mode() == mode);
        connect(theme, &QAction::triggered, this, [this, chosen = mode] {
            m_theme.setMode(chosen);
            m_settings.setValue(QStringLiteral("theme"), themeModeText(chosen));
        });
    }
    view->addSeparator();
    view->addAction(m_simulatedTraffic);

    QMenu *cache = menuBar()->addMenu(tr("&Cache"));
    cache->setToolTipsVisible(true); // they say why something cannot be done now
    cache->addActions({m_warmUsers, m_forceExpiry, m_cleanUp});
    cache->addSeparator();
    cache->addAction(m_installTriggers);

    QMenu *help = menuBar()->addMenu(tr("&Help"));
    help->addAction(tr("&About Hearth"), this, &MainWindow::showAbout);
}

void MainWindow::connectNode()
{
    m_header->showNode(m_node.info());
    connect(&m_node, &NodeClient::sampled, this, [this](const Sample &, const Stats &stats) {
        m_status->showStats(stats);
        m_header->showDatabase(stats.database, stats.loadLatency);
        showChanges(stats.changes);
    });
    connect(&m_node, &NodeClient::databaseChanged, this, &MainWindow::showDatabase);
    connect(&m_node, &NodeClient::trafficChanged, this, &MainWindow::showTraffic);
    const Stats stats = m_node.stats();
    m_status->showStats(stats);
    showDatabase(stats.database);
    showChanges(stats.changes);
    showTraffic(m_node.traffic());
}

void MainWindow::restoreState()
{
    resize(defaultSize);
    restoreGeometry(m_settings.value(QStringLiteral("window/geometry")).toByteArray());
    if (!showPage(m_settings.value(QStringLiteral("window/page")).toString()))
        setPage(0);
    const std::chrono::seconds window(m_settings.value(QStringLiteral("overview/window")).toLongLong());
    if (window.count() > 0)
        m_overview->setTimeWindow(window);
    connect(m_overview, &OverviewPage::timeWindowChosen, this, [this](std::chrono::seconds chosen) {
        m_settings.setValue(QStringLiteral("overview/window"), qlonglong(chosen.count()));
    });
}

void MainWindow::setPage(int index)
{
    m_rail->setCurrentIndex(index);
    m_pages->setCurrentIndex(index);
    m_header->setPageTitle(tr(pages.at(static_cast<std::size_t>(index)).title));
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    m_settings.setValue(QStringLiteral("window/geometry"), saveGeometry());
    m_settings.setValue(QStringLiteral("window/page"), pageNames().at(m_pages->currentIndex()));
    QMainWindow::closeEvent(event);
}

// One for the window: closing it leaves the job running, and showing it again shows how far it is.
void MainWindow::warmUsers()
{
    if (!m_warmUsersDialog) {
        m_warmUsersDialog = new WarmUsersDialog(m_node, this);
        connect(m_warmUsersDialog, &WarmUsersDialog::notify, this, &MainWindow::notify);
    }
    m_warmUsersDialog->show();
    m_warmUsersDialog->raise();
    m_warmUsersDialog->activateWindow();
}

void MainWindow::forceExpiry()
{
    m_entries->openForceExpiry(this);
}

// One for the window, as above: what the database answers after it was closed is still told.
void MainWindow::installTriggers()
{
    if (!m_installTriggersDialog) {
        m_installTriggersDialog = new InstallTriggersDialog(m_node, this);
        connect(m_installTriggersDialog, &InstallTriggersDialog::notify, this, &MainWindow::notify);
    }
    m_installTriggersDialog->open();
    m_installTriggersDialog->activateWindow();
}

void MainWindow::toggleTraffic()
{
    const bool on = m_node.traffic().on;
    m_simulatedTraffic->setChecked(on); // the node's answer decides
    if (on)
        m_node.stopTraffic();
    else if (m_node.info().sampleDatabase || confirmTrafficOnForeignDatabase())
        m_node.startTraffic();
}

bool MainWindow::confirmTrafficOnForeignDatabase()
{
    QMessageBox box(QMessageBox::Question, tr("Simulated traffic"),
                    tr("Make gets against %1?").arg(QString::fromStdString(m_node.stats().database.displayUrl)),
                    QMessageBox::Cancel, this);
    box.setTextFormat(Qt::PlainText);
    box.setInformativeText(tr("Users that exist there are read, at most 20 queries a second. Nothing is written. The "
                              "gets count in this program's statistics."));
    QPushButton *start = box.addButton(tr("Start traffic"), QMessageBox::AcceptRole);
    box.setDefaultButton(QMessageBox::Cancel);
    box.exec();
    return box.clickedButton() == start;
}

void MainWindow::savePicture()
{
    const QPixmap picture = grab();
    const QString suggested = QStringLiteral("hearth-%1.png").arg(pageNames().at(m_pages->currentIndex()));
    auto *dialog = new QFileDialog(this, tr("Save picture of the window"), {}, tr("PNG picture (*.png)"));
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(QStringLiteral("png"));
    dialog->selectFile(suggested);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QFileDialog::fileSelected, this, [this, picture](const QString &file) {
        if (picture.save(file))
            notify(tr("Saved %1").arg(file), Tone::Ok);
        else
            m_toasts->show(tr("The picture could not be written to %1").arg(file), Tone::Error);
    });
    dialog->open();
}

void MainWindow::showAbout()
{
    QMessageBox box(QMessageBox::NoIcon, tr("About Hearth"), tr("Hearth %1").arg(QStringLiteral(HEARTH_VERSION)),
                    QMessageBox::Close, this);
    box.setTextFormat(Qt::PlainText);
    box.setIconPixmap(windowIcon().pixmap(64, 64));
    box.setInformativeText(
        tr("Keeps user profiles warm: a cache in front of PostgreSQL, and the window in which people "
           "see and steer it.\n\nQt %1. Free software: GPL-3.0-or-later, the core LGPL-3.0-or-later.")
            .arg(QString::fromLatin1(qVersion())));
    box.exec();
}

// What becomes of the gets meanwhile.
QString MainWindow::staleWords(const DatabaseStatus &status, const Stats &stats)
{
    QString words = tr(" Cached profiles go on being served");
    if (stats.staleGrace.count() > 0)
        words += tr(", expired ones for %1 more, as stale").arg(QString::fromStdString(format::span(stats.staleGrace)));
    words += QLatin1Char('.');
    if (status.circuit.state != CircuitState::Closed)
        words += tr(" The circuit breaker is open: loads fail at once.");
    return words;
}

void MainWindow::showDatabase(const DatabaseStatus &status)
{
    m_header->showDatabase(status, m_node.stats().loadLatency);
    const QString sentence =
        QStringLiteral("%1 %2").arg(QString::fromStdString(status.problem), QString::fromStdString(status.nextStep));
    switch (status.state) {
    case DatabaseState::Unreachable:
        m_banner->showMessage(Tone::Error, tr("Database unreachable"),
                              sentence.trimmed() + staleWords(status, m_node.stats()) + tr(" Hearth keeps trying."));
        break;
    case DatabaseState::Unusable:
        m_banner->showMessage(Tone::Error, tr("The database cannot be used"),
                              sentence.trimmed() + staleWords(status, m_node.stats()) + tr(" Hearth keeps trying."));
        break;
    case DatabaseState::Connecting:
    case DatabaseState::Reachable:
        if (status.notice.empty())
            m_banner->clear();
        else
            m_banner->showMessage(Tone::Warning, tr("Good to know"), QString::fromStdString(status.notice));
        break;
    }
    m_banner->setDismissible(status.state == DatabaseState::Reachable);
}

// Triggers can be installed where nothing but they are missing.
void MainWindow::showChanges(const InvalidationState &changes)
{
    QString tip = tr("Let the database tell of changes to profiles as they happen");
    if (changes.mode == InvalidationMode::Listening)
        tip = tr("The change triggers are there: the database tells of each change as it happens");
    else if (!changes.triggersMissing)
        tip =
            changes.why.empty() ? tr("How changes become known is not known yet") : QString::fromStdString(changes.why);
    m_installTriggers->setEnabled(changes.triggersMissing);
    m_installTriggers->setToolTip(toolTipText({tip}));
}

void MainWindow::showTraffic(const TrafficView &traffic)
{
    m_simulatedTraffic->setChecked(traffic.on);
    m_header->showTraffic(traffic);
    if (!traffic.problem.empty())
        m_toasts->show(QString::fromStdString(traffic.problem), Tone::Warning);
}

void MainWindow::notify(const QString &text, Tone tone)
{
    m_toasts->show(text, tone);
    m_status->showAction(text);
}

} // namespace hearth

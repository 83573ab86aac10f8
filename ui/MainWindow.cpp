// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/MainWindow.h"

#include "core/node/NodeClient.h"
#include "core/node/OnAnswer.h"
#include "ui/NodeActions.h"
#include "ui/NodeView.h"
#include "ui/dialogs/NodeText.h"
#include "ui/theme/Icon.h"
#include "ui/widgets/FileSaving.h"
#include "ui/widgets/NavigationRail.h"

#include <QAction>
#include <QActionGroup>
#include <QBuffer>
#include <QCloseEvent>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QMenuBar>
#include <QMessageBox>
#include <QSettings>
#include <QStackedWidget>

#include <algorithm>
#include <utility>

namespace hearth {

namespace {

constexpr QSize defaultSize(1440, 900);
constexpr QSize smallestSize(960, 600);
constexpr std::size_t nodesWithKey = 9;

} // namespace

MainWindow::MainWindow(NodeDirectory &nodes, ThemeController &theme, QSettings &settings, QWidget *parent)
    : QMainWindow(parent)
    , m_nodes(nodes)
    , m_theme(theme)
    , m_settings(settings)
{
    setMinimumSize(smallestSize);
    auto *central = new QWidget(this);
    setCentralWidget(central); // first: what is put into another parent is styled twice
    createRail(*central);
    m_stack = new QStackedWidget(central);
    auto *row = new QHBoxLayout(central);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    row->addWidget(m_rail);
    row->addWidget(m_stack, 1);
    createMenus();
    for (std::size_t i = 0; i < m_nodes.size(); ++i)
        listNode(i);
    connect(&m_nodes, &NodeDirectory::added, this, &MainWindow::listNode);
    showNode(0);
    restoreState();
}

MainWindow::~MainWindow() = default;

QStringList MainWindow::pageNames()
{
    QStringList names;
    for (const PageKind &page : NodeView::pageKinds())
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
    setPage(currentView().showUser(identity));
}

NodeView &MainWindow::currentView() const
{
    return *m_views[m_current];
}

void MainWindow::createRail(QWidget &parent)
{
    m_rail = new NavigationRail(&parent);
    const auto pages = NodeView::pageKinds();
    for (std::size_t i = 0; i < pages.size(); ++i)
        m_rail->addPage(pages[i].glyph, NodeView::pageTitle(static_cast<int>(i)),
                        QKeySequence(QStringLiteral("Ctrl+%1").arg(i + 1)));
    connect(m_rail, &NavigationRail::currentChanged, this, &MainWindow::setPage);
}

void MainWindow::setPage(int index)
{
    m_rail->setCurrentIndex(index);
    currentView().setPage(index);
}

// ---- nodes

void MainWindow::listNode(std::size_t index)
{
    m_views.resize(std::max(m_views.size(), index + 1));
    QAction *action = m_nodeActions->addAction(m_nodeMenu->addAction(QString()));
    action->setCheckable(true);
    if (index < nodesWithKey)
        action->setShortcut(QKeySequence(QStringLiteral("Ctrl+Alt+%1").arg(index + 1)));
    connect(action, &QAction::triggered, this, [this, index] { showNode(index); });
    connect(&m_nodes.at(index), &NodeClient::linkChanged, this, [this, index] { showNodeState(index); });
    showNodeState(index);
    const bool isChoice = m_nodes.size() > 1;
    m_nodeMenu->menuAction()->setVisible(isChoice);
    for (NodeView *view : m_views) {
        if (view)
            view->setNodeMenu(isChoice ? m_nodeMenu : nullptr);
    }
}

// Its name and its health, in words, in the list of nodes.
void MainWindow::showNodeState(std::size_t index)
{
    const NodeClient &node = m_nodes.at(index);
    const NodeInfo info = node.info();
    QString text = shortText(info.name);
    if (!info.environment.empty())
        text += QStringLiteral(" · ") + shortText(info.environment);
    if (node.link().state != LinkState::Connected)
        text += QStringLiteral(" · ") + linkText(node.link().state);
    m_nodeActions->actions().at(static_cast<int>(index))->setText(text.replace(QLatin1Char('&'), QLatin1String("&&")));
    if (index == m_current)
        setWindowTitle(tr("Hearth – %1").arg(shortText(info.name)));
}

NodeView &MainWindow::viewOf(std::size_t index)
{
    if (!m_views[index]) {
        m_views[index] = new NodeView(m_nodes.at(index), m_settings, m_stack);
        m_views[index]->setNodeMenu(m_nodes.size() > 1 ? m_nodeMenu : nullptr);
        m_stack->addWidget(m_views[index]);
    }
    return *m_views[index];
}

void MainWindow::showNode(std::size_t index)
{
    const int page = m_rail->currentIndex();
    NodeView &view = viewOf(index);
    m_current = index;
    if (page >= 0)
        view.setPage(page);
    m_stack->setCurrentWidget(&view);
    m_nodeActions->actions().at(static_cast<int>(index))->setChecked(true);
    showNodeState(index);

    // The menu holds what can be done to this node, and so the keys do that.
    const NodeActions &actions = view.actions();
    m_cacheMenu->clear();
    m_cacheMenu->addActions({&actions.warmUsers(), &actions.forceExpiry(), &actions.cleanUp()});
    m_cacheMenu->addSeparator();
    m_cacheMenu->addAction(&actions.installTriggers());
    m_cacheMenu->addSeparator();
    m_cacheMenu->addAction(&actions.simulatedTraffic());
}

// ---- menus

void MainWindow::createMenus()
{
    createFileMenu();
    createViewMenu();
    m_cacheMenu = menuBar()->addMenu(tr("&Cache"));
    m_cacheMenu->setToolTipsVisible(true); // they say why something cannot be done now
    m_nodeMenu = menuBar()->addMenu(tr("&Node"));
    m_nodeMenu->setAccessibleName(tr("Node"));
    m_nodeActions = new QActionGroup(this);
    QMenu *help = menuBar()->addMenu(tr("&Help"));
    help->addAction(tr("&About Hearth"), this, &MainWindow::showAbout);
}

void MainWindow::createFileMenu()
{
    QMenu *file = menuBar()->addMenu(tr("&File"));
    QAction *picture = file->addAction(tr("Save &picture of the window…"), this, &MainWindow::savePicture);
    picture->setShortcut(QKeySequence(tr("Ctrl+Shift+S")));
    file->addSeparator();
    QAction *quit = file->addAction(tr("&Quit"), this, &QWidget::close);
    quit->setShortcut(QKeySequence(tr("Ctrl+Q")));
}

void MainWindow::createViewMenu()
{
    QMenu *view = menuBar()->addMenu(tr("&View"));
    const auto pages = NodeView::pageKinds();
    for (int i = 0; i < static_cast<int>(pages.size()); ++i) {
        // The key is the rail's: here it is only told.
        const QString key = QKeySequence(QStringLiteral("Ctrl+%1").arg(i + 1)).toString(QKeySequence::NativeText);
        QAction *page = view->addAction(icon(pages[static_cast<std::size_t>(i)].glyph),
                                        NodeView::pageTitle(i) + QLatin1Char('\t') + key);
        connect(page, &QAction::triggered, this, [this, i] { setPage(i); });
    }
    view->addSeparator();
    addThemes(*view->addMenu(tr("&Theme")));
}

void MainWindow::addThemes(QMenu &menu)
{
    auto *group = new QActionGroup(this);
    for (const auto &[mode, text] :
         {std::pair{ThemeController::Mode::System, tr("As the &system")},
          std::pair{ThemeController::Mode::Light, tr("&Light")}, std::pair{ThemeController::Mode::Dark, tr("&Dark")}}) {
        QAction *theme = group->addAction(menu.addAction(text));
        theme->setCheckable(true);
        theme->setChecked(m_theme.mode() == mode);
        connect(theme, &QAction::triggered, this, [this, chosen = mode] {
            m_theme.setMode(chosen);
            m_settings.setValue(QStringLiteral("theme"), themeModeText(chosen));
        });
    }
}

void MainWindow::savePicture()
{
    const QImage picture = grab().toImage();
    const QString suggested = QStringLiteral("hearth-%1.png").arg(pageNames().at(m_rail->currentIndex()));
    auto *dialog = new QFileDialog(this, tr("Save picture of the window"), {}, tr("PNG picture (*.png)"));
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(QStringLiteral("png"));
    dialog->selectFile(suggested);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QFileDialog::fileSelected, this, [this, picture](const QString &file) {
        const auto contents = [picture] {
            QByteArray bytes;
            QBuffer buffer(&bytes);
            picture.save(&buffer, "PNG");
            return bytes;
        };
        onAnswer(saveInBackground(file, contents), this, [this, file](const Result<void> &saved) {
            if (saved)
                currentView().notify(tr("Saved %1").arg(file), Tone::Ok);
            else
                currentView().notify(errorText(saved.error()), Tone::Error);
        });
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

// ---- what it remembers

void MainWindow::restoreState()
{
    resize(defaultSize);
    restoreGeometry(m_settings.value(QStringLiteral("window/geometry")).toByteArray());
    if (!showPage(m_settings.value(QStringLiteral("window/page")).toString()))
        setPage(0);
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    m_settings.setValue(QStringLiteral("window/geometry"), saveGeometry());
    m_settings.setValue(QStringLiteral("window/page"), pageNames().at(m_rail->currentIndex()));
    QMainWindow::closeEvent(event);
}

} // namespace hearth

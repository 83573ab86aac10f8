// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/WarmChoice.h"

#include "core/profiles/Language.h"
#include "ui/dialogs/IdentityEdit.h"
#include "ui/dialogs/IdentityList.h"
#include "ui/dialogs/IdentityReader.h"
#include "ui/dialogs/NodeText.h"
#include "ui/dialogs/PlainLabel.h"
#include "ui/theme/Icon.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/ElidedLabel.h"
#include "ui/widgets/SegmentedControl.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>

#include <algorithm>

namespace hearth {

namespace {

enum Source { FromList, MostRecent, ByLanguage, ActiveRooms };
constexpr int mostRecentUsers = 1'000'000;
constexpr int mostPerSecond = 100'000;
constexpr std::size_t shownProblems = 2;

QString summaryOf(const IdentityList &list)
{
    QString text = usersText(list.identities.size());
    if (list.duplicates > 0)
        text += list.duplicates == 1 ? WarmChoice::tr(" · 1 duplicate left out")
                                     : WarmChoice::tr(" · %1 duplicates left out").arg(countText(list.duplicates));
    for (std::size_t i = 0; i < std::min(list.problems.size(), shownProblems); ++i) {
        const IdentityList::Problem &problem = list.problems[i];
        const QString shown = shortText(problem.text.toStdString());
        text += WarmChoice::tr("\nLine %1 left out, “%2”: %3").arg(problem.line).arg(shown, problem.reason);
    }
    if (list.problems.size() > shownProblems)
        text += WarmChoice::tr("\nand %1 more left out").arg(countText(list.problems.size() - shownProblems));
    return text;
}

QVBoxLayout *columnOf(QWidget *page)
{
    auto *layout = new QVBoxLayout(page);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(space::s);
    return layout;
}

// A field with its label before it, left-aligned.
QHBoxLayout *rowOf(QWidget *page, const char *name, const QString &text, QWidget *field)
{
    QLabel *before = plainLabel(page, name, text);
    before->setWordWrap(false);
    before->setBuddy(field);
    auto *row = new QHBoxLayout;
    row->setSpacing(space::s);
    row->addWidget(before);
    row->addWidget(field);
    row->addStretch(1);
    return row;
}

} // namespace

WarmChoice::WarmChoice(QWidget *parent)
    : QWidget(parent)
    , m_reader(new IdentityReader(this))
    , m_source(new SegmentedControl(tr("Whom to warm"), this))
{
    m_source->addSegment(tr("From a list"));
    m_source->addSegment(tr("Most recent"));
    m_source->addSegment(tr("By language"));
    m_source->addSegment(tr("Active rooms"));
    m_pages = {makeListPage(), makeRecentPage(), makeLanguagePage(), makeRoomsPage()};
    m_layout = new QVBoxLayout(this);
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setSpacing(space::m);
    m_layout->addWidget(m_source);
    for (QWidget *page : m_pages)
        m_layout->addWidget(page);
    m_layout->addWidget(makeLimit());
    m_layout->addStretch(0);
    showPage(FromList);
    connect(m_reader, &IdentityReader::read, this, &WarmChoice::takeList);
    connect(m_reader, &IdentityReader::failed, this, &WarmChoice::takeProblem);
    connect(m_source, &SegmentedControl::currentChanged, this, [this](int index) {
        showPage(index);
        Q_EMIT changed();
    });
}

// Only the list grows with the window; what is not shown takes no room.
void WarmChoice::showPage(int index)
{
    for (int i = 0; i < static_cast<int>(m_pages.size()); ++i)
        m_pages[static_cast<std::size_t>(i)]->setVisible(i == index);
    m_layout->setStretchFactor(m_pages[FromList], index == FromList ? 1 : 0);
    m_layout->setStretch(m_layout->count() - 1, index == FromList ? 0 : 1);
}

QWidget *WarmChoice::makeListPage()
{
    auto *page = new QWidget(this);
    m_list = new IdentityEdit(page);
    m_list->setObjectName(QStringLiteral("list"));
    m_list->setAccessibleName(tr("Identities, one per line or with commas between them"));
    m_list->setPlaceholderText(tr("One identity per line, or with commas between them. A file can be dropped here."));
    m_list->setMinimumHeight(90);
    m_listSummary = plainLabel(page, "listSummary");
    setQuiet(*m_listSummary);
    m_openFile = new QPushButton(tr("Open a file…"), page);
    m_openFile->setObjectName(QStringLiteral("openFile"));
    m_openFile->setAutoDefault(false);
    m_openFile->setToolTip(tr("A text file, or a table with a column “identity”, as the entries are exported"));
    connect(m_openFile, &QPushButton::clicked, this, &WarmChoice::chooseFile);
    connect(m_list, &IdentityEdit::fileGiven, this, &WarmChoice::openFile);
    connect(m_list, &IdentityEdit::longTextGiven, this, &WarmChoice::takeLongText);
    connect(m_list, &QPlainTextEdit::textChanged, this, [this] {
        if (!m_isTyped) // a drop says so, too
            return;
        m_reader->giveUp();
        m_isListRead = false;
        Q_EMIT changed();
    });

    auto *below = new QHBoxLayout;
    below->setSpacing(space::m);
    below->addWidget(m_listSummary, 1, Qt::AlignTop);
    below->addWidget(m_openFile, 0, Qt::AlignTop);
    QVBoxLayout *layout = columnOf(page);
    layout->addWidget(m_list, 1);
    layout->addWidget(makeFileRow(page));
    layout->addLayout(below);
    layout->addStretch(0); // where there is a file, and nothing to be typed
    return page;
}

QWidget *WarmChoice::makeFileRow(QWidget *parent)
{
    m_fileRow = new QWidget(parent);
    m_fileName = new ElidedLabel(m_fileRow);
    m_fileName->setObjectName(QStringLiteral("fileName"));
    m_fileName->setTextRole(TextRole::Strong);
    m_fileName->setElideMode(Qt::ElideMiddle);
    auto *instead = new QPushButton(tr("Type a list instead"), m_fileRow);
    instead->setObjectName(QStringLiteral("typeInstead"));
    instead->setAutoDefault(false);
    connect(instead, &QPushButton::clicked, this, &WarmChoice::typeInstead);
    auto *layout = new QHBoxLayout(m_fileRow);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(space::s);
    layout->addWidget(m_fileName, 1);
    layout->addWidget(instead);
    m_fileRow->hide();
    return m_fileRow;
}

void WarmChoice::chooseFile()
{
    auto *dialog = new QFileDialog(this, tr("A list of users"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    dialog->setNameFilters({tr("Lists (*.txt *.csv *.tsv)"), tr("All files (*)")});
    connect(dialog, &QFileDialog::fileSelected, this, &WarmChoice::openFile);
    dialog->open();
}

void WarmChoice::openFile(const QString &path)
{
    showFile(QFileInfo(path).fileName());
    m_reader->readFile(path);
}

void WarmChoice::takeLongText(const QString &text)
{
    showFile(tr("A list that was pasted"));
    m_reader->readText(m_list->toPlainText() + QLatin1Char('\n') + text);
}

// It is being read.
void WarmChoice::showFile(const QString &name)
{
    m_isTyped = false;
    m_isListRead = false;
    m_listed.clear();
    m_list->hide();
    m_fileRow->show();
    m_fileName->setText(name);
    m_listSummary->setText(tr("Reading …"));
    Q_EMIT changed();
}

void WarmChoice::typeInstead()
{
    m_isTyped = true;
    m_isListRead = false;
    m_reader->giveUp();
    m_fileRow->hide();
    m_list->show();
    m_list->setFocus();
    Q_EMIT changed();
}

QWidget *WarmChoice::makeRecentPage()
{
    auto *page = new QWidget(this);
    m_recent = new QSpinBox(page);
    m_recent->setObjectName(QStringLiteral("recent"));
    m_recent->setRange(1, mostRecentUsers);
    m_recent->setValue(100);
    m_recent->setGroupSeparatorShown(true);
    m_recent->setAccessibleName(tr("How many users"));
    m_recent->setMinimumWidth(120);
    QLabel *note = plainLabel(page, "recentNote", tr("Those whose rows in the database were updated last."));
    setQuiet(*note);
    connect(m_recent, &QSpinBox::valueChanged, this, &WarmChoice::changed);
    QVBoxLayout *layout = columnOf(page);
    layout->addLayout(rowOf(page, "recentBefore", tr("How many:"), m_recent));
    layout->addWidget(note);
    layout->addStretch(1);
    return page;
}

QWidget *WarmChoice::makeLanguagePage()
{
    auto *page = new QWidget(this);
    m_language = new QComboBox(page);
    m_language->setObjectName(QStringLiteral("language"));
    m_language->setAccessibleName(tr("Native language"));
    m_language->setMinimumWidth(160);
    for (const Language &language : supportedLanguages()) {
        const std::string code(language.code);
        m_language->addItem(languageText(code), QString::fromStdString(code));
    }
    connect(m_language, &QComboBox::currentIndexChanged, this, &WarmChoice::changed);
    QVBoxLayout *layout = columnOf(page);
    layout->addLayout(rowOf(page, "languageBefore", tr("Native language:"), m_language));
    layout->addStretch(1);
    return page;
}

QWidget *WarmChoice::makeRoomsPage()
{
    auto *page = new QWidget(this);
    QLabel *who = plainLabel(page, "roomsWho", tr("Hosts and members of active rooms."));
    QLabel *note = plainLabel(page, "roomsNote",
                              tr("Members are those whom this node gave a token that is still valid. Hosts are read "
                                 "from the database."));
    setQuiet(*note);
    QVBoxLayout *layout = columnOf(page);
    layout->addWidget(who);
    layout->addWidget(note);
    layout->addStretch(1);
    return page;
}

QWidget *WarmChoice::makeLimit()
{
    auto *box = new QWidget(this);
    m_isLimited = new QCheckBox(tr("Spare the database: at most"), box);
    m_isLimited->setObjectName(QStringLiteral("isLimited"));
    m_isLimited->setAccessibleName(tr("Spare the database by a limit of users a second"));
    m_perSecond = new QSpinBox(box);
    m_perSecond->setObjectName(QStringLiteral("perSecond"));
    m_perSecond->setRange(1, mostPerSecond);
    m_perSecond->setValue(defaultPerSecond);
    m_perSecond->setGroupSeparatorShown(true);
    m_perSecond->setAccessibleName(tr("Users a second at most"));
    m_perSecond->setEnabled(false);
    QLabel *after = plainLabel(box, "perSecondAfter", tr("users a second"));
    after->setWordWrap(false);
    connect(m_isLimited, &QCheckBox::toggled, m_perSecond, &QSpinBox::setEnabled);
    connect(m_isLimited, &QCheckBox::toggled, this, &WarmChoice::changed);
    connect(m_perSecond, &QSpinBox::valueChanged, this, &WarmChoice::changed);
    auto *layout = new QHBoxLayout(box);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(space::s);
    layout->addWidget(m_isLimited);
    layout->addWidget(m_perSecond);
    layout->addWidget(after);
    layout->addStretch(1);
    return box;
}

std::size_t WarmChoice::perSecond() const
{
    return m_isLimited->isChecked() ? static_cast<std::size_t>(m_perSecond->value()) : 0;
}

std::optional<WarmRequest> WarmChoice::request() const
{
    switch (m_source->currentIndex()) {
    case FromList:
        if (m_listed.empty())
            return std::nullopt;
        return WarmRequest{TheseIdentities{m_listed}, perSecond()};
    case MostRecent:
        return WarmRequest{RecentUsers{static_cast<std::size_t>(m_recent->value())}, perSecond()};
    case ByLanguage:
        return WarmRequest{UsersOfLanguage{m_language->currentData().toString().toStdString()}, perSecond()};
    case ActiveRooms:
        return WarmRequest{ActiveRoomUsers{}, perSecond()};
    default:
        return std::nullopt;
    }
}

bool WarmChoice::isRead() const
{
    return m_isListRead || m_source->currentIndex() != FromList;
}

// A file is being read already.
void WarmChoice::readList()
{
    if (m_isTyped)
        m_reader->readText(m_list->toPlainText());
}

void WarmChoice::takeList(const IdentityList &list)
{
    m_isListRead = true;
    m_listed = list.identities;
    const bool isNothing = list.identities.empty() && list.problems.empty();
    m_listSummary->setText(!isNothing  ? summaryOf(list)
                           : m_isTyped ? tr("No users yet")
                                       : tr("There are no users in it."));
    Q_EMIT heightMayHaveChanged();
    Q_EMIT listRead();
}

void WarmChoice::takeProblem(const QString &sentence)
{
    m_isListRead = true;
    m_listed.clear();
    m_listSummary->setText(sentence);
    Q_EMIT heightMayHaveChanged();
    Q_EMIT listRead();
}

void WarmChoice::focusList()
{
    if (m_source->currentIndex() == FromList && m_isTyped)
        m_list->setFocus();
}

} // namespace hearth

// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/entries/EntriesToolbar.h"

#include "core/profiles/Language.h"
#include "ui/dialogs/NodeText.h"
#include "ui/theme/Icon.h"
#include "ui/theme/Theme.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>

#include <algorithm>

namespace hearth {

namespace {

using namespace std::chrono_literals;

constexpr auto typingPause = 150ms;

// "Expire 388", or "Expire" when nothing is selected, or so many that the label before the buttons has to tell.
QString withCount(const QString &verb, std::size_t count)
{
    constexpr std::size_t mostInButton = 99'999;
    return count == 0 || count > mostInButton ? verb : EntriesToolbar::tr("%1 %2").arg(verb, countText(count));
}

} // namespace

EntriesToolbar::EntriesToolbar(QWidget *parent)
    : QWidget(parent)
    , m_search(new QLineEdit(this))
    , m_state(new QComboBox(this))
    , m_language(new QComboBox(this))
    , m_counts(new QLabel(this))
{
    m_search->setPlaceholderText(tr("Search users"));
    m_search->setAccessibleName(tr("Search users by a part of their identity"));
    m_search->setToolTip(tr("A part of the identity, in any case (Ctrl+F)"));
    m_search->setClearButtonEnabled(true);
    setLeadingIcon(*m_search, icon(Glyph::Search, Tint::Quiet));
    m_search->setMinimumWidth(150);
    m_search->setMaximumWidth(320);
    m_search->setMaxLength(255);
    m_state->setAccessibleName(tr("State"));
    m_state->addItem(tr("State: all"));
    m_state->addItem(tr("State: active"), int(EntryState::Active));
    m_state->addItem(tr("State: expired"), int(EntryState::Expired));
    m_language->setAccessibleName(tr("Language"));
    m_language->addItem(tr("Language: all"), QString());
    for (const Language &language : supportedLanguages()) {
        const std::string code(language.code);
        m_language->addItem(tr("Language: %1").arg(languageText(code)), QString::fromStdString(code));
    }
    m_counts->setTextFormat(Qt::PlainText);
    m_counts->setObjectName(QStringLiteral("counts"));
    setQuiet(*m_counts);

    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(space::l, space::m, space::l, space::m);
    layout->setSpacing(space::s);
    layout->addWidget(m_search, 2);
    layout->addWidget(m_state);
    layout->addWidget(m_language);
    layout->addStretch(1);
    layout->addWidget(m_counts);
    layout->addSpacing(space::xs);
    m_refresh = addButton(QStringLiteral("refresh"), &EntriesToolbar::refreshWanted);
    m_expire = addButton(QStringLiteral("expire"), &EntriesToolbar::expireWanted);
    m_remove = addButton(QStringLiteral("remove"), &EntriesToolbar::removeWanted);
    m_export = addButton(QStringLiteral("export"), &EntriesToolbar::exportWanted);
    updateTips();
    m_export->setText(tr("Export…"));
    m_export->setToolTip(tr("Save the matching entries as CSV"));

    m_typing.setSingleShot(true);
    m_typing.setInterval(typingPause);
    connect(&m_typing, &QTimer::timeout, this, &EntriesToolbar::filterChanged);
    connect(m_search, &QLineEdit::textChanged, this, [this] { m_typing.start(); });
    connect(m_state, &QComboBox::currentIndexChanged, this, &EntriesToolbar::filterChanged);
    connect(m_language, &QComboBox::currentIndexChanged, this, &EntriesToolbar::filterChanged);
    updateButtons();
}

QPushButton *EntriesToolbar::addButton(const QString &name, void (EntriesToolbar::*wish)())
{
    auto *button = new QPushButton(this);
    button->setObjectName(name);
    connect(button, &QPushButton::clicked, this, wish);
    layout()->addWidget(button);
    return button;
}

EntriesFilter EntriesToolbar::filter() const
{
    EntriesFilter filter;
    filter.search = m_search->text().trimmed().toStdString();
    if (m_state->currentData().isValid())
        filter.state = static_cast<EntryState>(m_state->currentData().toInt());
    filter.language = m_language->currentData().toString().toStdString();
    return filter;
}

void EntriesToolbar::setFilter(const EntriesFilter &filter)
{
    const QSignalBlocker noState(m_state);
    const QSignalBlocker noLanguage(m_language);
    m_search->setText(QString::fromStdString(filter.search));
    m_typing.stop();
    m_state->setCurrentIndex(filter.state ? m_state->findData(int(*filter.state)) : 0);
    m_language->setCurrentIndex(std::max(m_language->findData(QString::fromStdString(filter.language)), 0));
}

void EntriesToolbar::showCounts(std::size_t selected, std::size_t matching, std::size_t total, bool isFiltered)
{
    if (selected > 1 && selected == matching)
        m_counts->setText(tr("all %1 selected").arg(countText(selected)));
    else if (selected > 0)
        m_counts->setText(tr("%1 selected of %2").arg(countText(selected), countText(matching)));
    else if (isFiltered)
        m_counts->setText(tr("%1 of %2").arg(countText(matching), entriesText(total)));
    else
        m_counts->setText(entriesText(total));
    if (m_selected == selected)
        return;
    m_selected = selected;
    updateButtons();
}

void EntriesToolbar::showNoCounts()
{
    m_counts->clear();
}

void EntriesToolbar::setBusy(bool isBusy)
{
    m_isBusy = isBusy;
    updateButtons();
}

void EntriesToolbar::setExportEnabled(bool isEnabled)
{
    m_export->setEnabled(isEnabled);
}

void EntriesToolbar::updateButtons()
{
    m_refresh->setText(withCount(tr("Refresh"), m_selected));
    m_expire->setText(withCount(tr("Expire"), m_selected));
    m_remove->setText(withCount(tr("Remove"), m_selected));
    for (QPushButton *button : {m_refresh, m_expire, m_remove})
        button->setEnabled(m_selected > 0 && !m_isBusy && m_refusal.isEmpty());
}

void EntriesToolbar::setRefusal(const QString &sentence)
{
    if (sentence == m_refusal)
        return;
    m_refusal = sentence;
    updateButtons();
    updateTips();
}

void EntriesToolbar::updateTips()
{
    const auto tell = [this](QPushButton &button, const QString &tip) {
        button.setToolTip(m_refusal.isEmpty() ? tip : toolTipText({m_refusal}));
        button.setAccessibleDescription(m_refusal.isEmpty() ? tip : m_refusal);
    };
    tell(*m_refresh, tr("Load the selected users from the database again (F5)"));
    tell(*m_expire, tr("Force the expiry of the selected users (E)"));
    tell(*m_remove, tr("Remove the selected users from the cache (Delete)"));
}

void EntriesToolbar::focusSearch()
{
    m_search->setFocus(Qt::ShortcutFocusReason);
    m_search->selectAll();
}

void EntriesToolbar::setSearch(const QString &text)
{
    m_search->setText(text);
    m_typing.stop();
    Q_EMIT filterChanged();
}

void EntriesToolbar::clearFilter()
{
    m_state->setCurrentIndex(0);
    m_language->setCurrentIndex(0);
    setSearch({});
}

} // namespace hearth

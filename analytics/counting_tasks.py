"""What a worker loads to count figures of a team: the task, and whoever makes figures, for he says so when he is imported."""

from analytics import counting, kpi, panel, plan_figures, rankings, team_reports

MAKERS = (kpi, panel, plan_figures, rankings, team_reports)
count_figures = counting.count_figures

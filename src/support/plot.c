/* plot.c - charts as SVG */
#include "support/plot.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "support/printable.h"

/* Sizes in pixels. */
static const double width = 860.0;
static const double left = 84.0;         /* margin with the labels and the title of the y axis */
static const double right = 28.0;        /* margin */
static const double title_height = 56.0; /* of the document */
static const double panel_title_height = 34.0; /* of a panel */
static const double no_title_height = 12.0;    /* of a panel without a title */
static const double legend_row = 22.0;
static const double panel_height = 280.0;
static const double panel_foot = 62.0; /* labels and title of the x axis */
static const double legend_column = 370.0;

/* The looks of a line; neighbours in `styles` differ in all three. */
struct style {
    const char *colour;
    const char *dashes;
    const char *marker; /* an SVG path around 0,0 */
};
static const struct style styles[] = {
    {"#111111", "none", "M-4,0a4,4 0 1,0 8,0a4,4 0 1,0 -8,0z"},
    {"#c8414b", "9 4", "M-3.5,-3.5h7v7h-7z"},
    {"#2b6cb0", "2 4", "M0,-5l4.5,8.5h-9z"},
    {"#3a8f5c", "12 4 2 4", "M0,-5l5,5l-5,5l-5,-5z"},
    {"#8a5fb5", "5 3", "M-4,-4l8,8m0,-8l-8,8"},
    {"#b07d1a", "1 3", "M0,5l4.5,-8.5h-9z"},
    {"#8c8c8c", "9 4", "M0,-5l5,5l-5,5l-5,-5z"},
    {"#e07b39", "none", "M-4,-4l8,8m0,-8l-8,8"},
    {"#1aa3a3", "12 4 2 4", "M-4,0a4,4 0 1,0 8,0a4,4 0 1,0 -8,0z"},
    {"#d162a4", "1 3", "M-3.5,-3.5h7v7h-7z"},
    {"#6b4a2b", "2 4", "M0,5l4.5,-8.5h-9z"},
    {"#6f9400", "5 3", "M0,-5l4.5,8.5h-9z"},
};

/* A panel, and where it is drawn. */
struct frame {
    FILE *stream;
    const struct plot_panel *panel;
    size_t number;
    double top; /* the upper edge of its axes, in pixels */
};

/* ---------------------------------------------------------------------------
 * Numbers and words
 * ------------------------------------------------------------------------ */

/* Write text of files and command lines, with '?' for what XML does not allow: control characters,
 * and bytes that are not UTF-8. */
static void write_text(FILE *stream, const char *text)
{
    const char *const end = text + strlen(text);

    while (text < end) {
        const size_t printable = printable_bytes(text, (size_t)(end - text));
        const size_t bytes = printable > 0 ? printable : 1;

        switch (*text) {
        case '&':
            fputs("&amp;", stream);
            break;
        case '<':
            fputs("&lt;", stream);
            break;
        case '>':
            fputs("&gt;", stream);
            break;
        default:
            print_text(stream, text, bytes);
        }
        text += bytes;
    }
}

/* Write the label of a tick with a typographic minus sign; `step` is the distance between
 * ticks, from which the number of digits follows. */
static void write_label(FILE *stream, double value, double step, int percent)
{
    const double shown = percent ? 100.0 * value : value;
    const double unit = fabs(percent ? 100.0 * step : step);
    const double digits = -floor(log10(unit) + 1e-9);
    char text[64];

    if (fabs(shown) >= 1e7 || digits > 6.0) {
        snprintf(text, sizeof text, "%.3g", fabs(shown));
    } else {
        snprintf(text, sizeof text, "%.*f", digits > 0.0 ? (int)digits : 0, fabs(shown));
    }
    fprintf(stream, "%s%s%s", shown < -unit / 1e6 ? "\xe2\x88\x92" : "", text, percent ? " %" : "");
}

/* ---------------------------------------------------------------------------
 * Places
 * ------------------------------------------------------------------------ */

static double place_x(const struct frame *frame, double x)
{
    return left + (width - left - right) * plot_share(&frame->panel->x, x);
}

static double place_y(const struct frame *frame, double y)
{
    return frame->top + panel_height * (1.0 - plot_share(&frame->panel->y, y));
}

/* Whether a point can be drawn. A point far outside is left out: its coordinates would be too
 * large for SVG renderers, even though it is clipped. */
static int has_place(const struct frame *frame, double x, double y)
{
    const struct plot_panel *panel = frame->panel;

    return isfinite(x) && isfinite(y) && (!panel->x.logarithmic || x > 0.0) &&
           (!panel->y.logarithmic || y > 0.0) && fabs(plot_share(&panel->x, x)) < 1e3 &&
           fabs(plot_share(&panel->y, y)) < 1e3;
}

static int is_inside(const struct frame *frame, double x, double y)
{
    const double across = plot_share(&frame->panel->x, x);
    const double up = plot_share(&frame->panel->y, y);

    return across >= -1e-6 && across <= 1.0 + 1e-6 && up >= -1e-6 && up <= 1.0 + 1e-6;
}

static unsigned style_of(const struct plot_line *line)
{
    return line->style % (unsigned)(sizeof styles / sizeof styles[0]);
}

/* ---------------------------------------------------------------------------
 * Parts of a panel
 * ------------------------------------------------------------------------ */

/* Draw a tick of the x axis (`across`) or of the y axis: its label and its grid line. */
static void draw_tick(const struct frame *frame, int across, const struct plot_tick *tick)
{
    const double bottom = frame->top + panel_height;
    const double x = across ? place_x(frame, tick->value) : left;
    const double y = across ? bottom : place_y(frame, tick->value);

    fprintf(frame->stream,
            "<path d=\"M%.1f,%.1fL%.1f,%.1f\" stroke=\"#dcdcdc\"/>\n<text x=\"%.1f\" y=\"%.1f\" "
            "text-anchor=\"%s\">",
            x, y, across ? x : width - right, across ? frame->top : y, across ? x : left - 9.0,
            across ? bottom + 20.0 : y + 4.5, across ? "middle" : "end");
    if (tick->step == 0.0) {
        fprintf(frame->stream, "10<tspan dy=\"-6\" font-size=\"10\">%s%d</tspan>",
                tick->exponent < 0 ? "\xe2\x88\x92" : "",
                tick->exponent < 0 ? -tick->exponent : tick->exponent);
    } else {
        write_label(frame->stream, tick->value, tick->step,
                    across ? frame->panel->x.percent : frame->panel->y.percent);
    }
    fputs("</text>\n", frame->stream);
}

static void draw_ticks(const struct frame *frame, int across)
{
    struct plot_tick ticks[PLOT_TICKS];
    const size_t count = plot_ticks(across ? &frame->panel->x : &frame->panel->y, ticks);

    for (size_t i = 0; i < count; i++) {
        draw_tick(frame, across, &ticks[i]);
    }
}

static void draw_axes(const struct frame *frame)
{
    const struct plot_panel *panel = frame->panel;
    const double middle = frame->top + panel_height / 2.0;

    draw_ticks(frame, 0);
    draw_ticks(frame, 1);
    fprintf(frame->stream,
            "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"none\" "
            "stroke=\"#333333\"/>\n<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">",
            left, frame->top, width - left - right, panel_height, (left + width - right) / 2.0,
            frame->top + panel_height + 44.0);
    write_text(frame->stream, panel->x.title);
    fprintf(frame->stream,
            "</text>\n<text transform=\"translate(22,%.1f) rotate(-90)\" text-anchor=\"middle\">",
            middle);
    write_text(frame->stream, panel->y.title);
    fputs("</text>\n", frame->stream);
}

static void draw_shade(const struct frame *frame)
{
    const struct plot_panel *panel = frame->panel;
    const double cell_width = (width - left - right) / (double)panel->columns;
    const double cell_height = panel_height / (double)panel->rows;

    fputs("<g shape-rendering=\"crispEdges\">\n", frame->stream);
    for (size_t row = 0; row < panel->rows; row++) {
        const double *shade = panel->shade + row * panel->columns;
        const double y = frame->top + panel_height - (double)(row + 1) * cell_height;
        size_t first = 0;

        /* Neighbouring cells of the same grey become one rectangle. */
        for (size_t column = 1; column <= panel->columns; column++) {
            const int grey = (int)(255.5 - 175.0 * shade[first]);

            if (column < panel->columns && (int)(255.5 - 175.0 * shade[column]) == grey) {
                continue;
            }
            fprintf(
                frame->stream, "<path d=\"M%.1f,%.1fh%.1fv%.1fh%.1fz\" fill=\"#%02x%02x%02x\"/>\n",
                left + (double)first * cell_width, y, (double)(column - first) * cell_width + 0.3,
                cell_height + 0.3, -(double)(column - first) * cell_width - 0.3, (unsigned)grey,
                (unsigned)grey, (unsigned)grey);
            first = column;
        }
    }
    fputs("</g>\n", frame->stream);
}

static void draw_marker(FILE *stream, unsigned style, double x, double y)
{
    fprintf(stream,
            "<path transform=\"translate(%.1f,%.1f)\" d=\"%s\" fill=\"%s\" stroke=\"%s\"/>\n", x, y,
            styles[style].marker, styles[style].colour, styles[style].colour);
}

static void draw_line(const struct frame *frame, const struct plot_line *line)
{
    const unsigned style = style_of(line);
    int open = 0;

    fprintf(frame->stream,
            "<path clip-path=\"url(#panel%lu)\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\" "
            "stroke-dasharray=\"%s\" d=\"",
            (unsigned long)frame->number, styles[style].colour, styles[style].dashes);
    for (size_t i = 0; i < line->count; i++) {
        const int shown = has_place(frame, line->x[i], line->y[i]);

        if (shown) {
            fprintf(frame->stream, "%c%.1f,%.1f", open ? 'L' : 'M', place_x(frame, line->x[i]),
                    place_y(frame, line->y[i]));
        }
        open = shown;
    }
    fputs("\"/>\n", frame->stream);
}

/* Draw markers at all points, at about eight of many, and at a point between gaps, which would
 * not be seen without. */
static void draw_markers(const struct frame *frame, const struct plot_line *line)
{
    const size_t every = line->mark_points || line->count < 10 ? 1 : line->count / 8;
    int before = 0;
    int here = line->count > 0 && has_place(frame, line->x[0], line->y[0]);

    for (size_t i = 0; i < line->count; i++) {
        const int after = i + 1 < line->count && has_place(frame, line->x[i + 1], line->y[i + 1]);

        if (here && (i % every == every / 2 || (!before && !after)) &&
            is_inside(frame, line->x[i], line->y[i])) {
            draw_marker(frame->stream, style_of(line), place_x(frame, line->x[i]),
                        place_y(frame, line->y[i]));
        }
        before = here;
        here = after;
    }
}

/* Draw the words of a note and an arrow from them to its point. */
static void draw_note(const struct frame *frame, const struct plot_note *note)
{
    const double x = place_x(frame, note->x);
    const double y = place_y(frame, note->y);

    fprintf(frame->stream,
            "<path d=\"M%.1f,%.1fL%.1f,%.1f\" stroke=\"#333333\" marker-end=\"url(#arrow)\"/>\n"
            "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" paint-order=\"stroke\" "
            "stroke=\"#ffffff\" stroke-width=\"4\">",
            x + note->offset_x, y + note->offset_y, x, y,
            x + note->offset_x + (note->offset_x < 0.0 ? -5.0 : 5.0), y + note->offset_y + 4.5,
            note->offset_x < 0.0 ? "end" : "start");
    write_text(frame->stream, note->text);
    fputs("</text>\n", frame->stream);
}

static size_t legend_columns(void)
{
    return (size_t)((width - left - right) / legend_column);
}

/* The number of rows of a panel's legend. */
static size_t legend_rows(const struct plot_panel *panel)
{
    size_t named = 0;

    for (size_t i = 0; i < panel->count; i++) {
        named += panel->lines[i].name != NULL;
    }
    return (named + legend_columns() - 1) / legend_columns();
}

/* Draw the names of the lines above the axes. */
static void draw_legend(const struct frame *frame)
{
    const struct plot_panel *panel = frame->panel;
    const double first = frame->top - 6.0 - legend_row * (double)legend_rows(panel);
    size_t place = 0;

    for (size_t i = 0; i < panel->count; i++) {
        const struct plot_line *line = &panel->lines[i];
        const unsigned style = style_of(line);
        const double x = left + legend_column * (double)(place % legend_columns());
        const double y = first + legend_row * ((double)(place / legend_columns()) + 0.5);

        if (line->name == NULL) {
            continue;
        }
        fprintf(frame->stream,
                "<path d=\"M%.1f,%.1fh40\" stroke=\"%s\" stroke-width=\"2\" "
                "stroke-dasharray=\"%s\"/>\n",
                x, y, styles[style].colour, styles[style].dashes);
        draw_marker(frame->stream, style, x + 20.0, y);
        fprintf(frame->stream, "<text x=\"%.1f\" y=\"%.1f\">", x + 48.0, y + 4.5);
        write_text(frame->stream, line->name);
        fputs("</text>\n", frame->stream);
        place++;
    }
}

static void draw_panel(const struct frame *frame)
{
    const struct plot_panel *panel = frame->panel;
    const double above = 14.0 + legend_row * (double)legend_rows(panel);

    fprintf(frame->stream,
            "<clipPath id=\"panel%lu\"><rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" "
            "height=\"%.1f\"/></clipPath>\n",
            (unsigned long)frame->number, left, frame->top, width - left - right, panel_height);
    if (panel->title != NULL) {
        fprintf(frame->stream, "<text x=\"%.1f\" y=\"%.1f\" font-weight=\"bold\">", left,
                frame->top - above);
        write_text(frame->stream, panel->title);
        fputs("</text>\n", frame->stream);
    }
    draw_legend(frame);
    if (panel->shade != NULL) {
        draw_shade(frame);
    }
    draw_axes(frame);
    for (size_t i = 0; i < panel->count; i++) {
        draw_line(frame, &panel->lines[i]);
        if (panel->lines[i].name != NULL) {
            draw_markers(frame, &panel->lines[i]);
        }
    }
    for (size_t i = 0; i < panel->note_count; i++) {
        draw_note(frame, &panel->notes[i]);
    }
}

/* The height of the title and the legend, which are above a panel's axes. */
static double height_above_axes(const struct plot_panel *panel)
{
    return (panel->title != NULL ? panel_title_height : no_title_height) +
           legend_row * (double)legend_rows(panel);
}

/* The height of a panel with its title, legend and labels. */
static double outer_height(const struct plot_panel *panel)
{
    return height_above_axes(panel) + panel_height + panel_foot;
}

void plot_write(FILE *stream, const char *title, const struct plot_panel *panels, size_t count)
{
    double height = title_height;
    struct frame frame;

    for (size_t i = 0; i < count; i++) {
        height += outer_height(&panels[i]);
    }
    fprintf(stream,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" viewBox=\"0 0 %.0f %.0f\" "
            "width=\"%.0f\" height=\"%.0f\" font-family=\"sans-serif\" font-size=\"13\">\n<title>",
            width, height, width, height);
    write_text(stream, title);
    fputs("</title>\n<defs><marker id=\"arrow\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" "
          "markerWidth=\"8\" markerHeight=\"8\" orient=\"auto\"><path d=\"M0,0L8,4L0,8z\" "
          "fill=\"#333333\"/></marker></defs>\n"
          "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n",
          stream);
    fprintf(stream, "<text x=\"%.1f\" y=\"36\" font-size=\"18\" font-weight=\"bold\">", left);
    write_text(stream, title);
    fputs("</text>\n", stream);
    frame.stream = stream;
    frame.top = title_height;
    for (frame.number = 0; frame.number < count; frame.number++) {
        const double start = frame.top;

        frame.panel = &panels[frame.number];
        frame.top = start + height_above_axes(frame.panel);
        draw_panel(&frame);
        frame.top = start + outer_height(frame.panel);
    }
    fputs("</svg>\n", stream);
}

"""The dashboard: pages for people, made with NiceGUI, mounted at /dashboard. Imported when somebody first asks for it."""

-- Kept keys stay as they are compared: there is nothing to undo.
SELECT 1;
